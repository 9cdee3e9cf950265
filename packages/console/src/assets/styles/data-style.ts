/** Tables, tabs and facts. */
export const DATA_STYLE = `
/* Tables */
table.data { width: 100%; border-collapse: separate; border-spacing: 0; text-align: left; }
.data th, .data td { padding: 0.8rem 0.75rem; vertical-align: top; }
.data th:first-child { padding-left: 1.5rem; }
.data td:last-child { padding-right: 1.5rem; }
.data thead th { font-size: 0.8125rem; font-weight: 550; color: var(--muted); white-space: nowrap; }
.data tbody :is(th, td) { border-top: 1px solid var(--line); }
.data tbody th { font-weight: 550; min-width: 10rem; overflow-wrap: anywhere; }
.data td > div { min-width: 5.5rem; }
.person { display: block; min-width: 11rem; }
.data time { white-space: nowrap; }
.data tbody tr:hover :is(th, td) { background: var(--raised); }
.data tbody tr:last-child:hover th { border-bottom-left-radius: var(--radius); }
.data tbody tr:last-child:hover td:last-child { border-bottom-right-radius: var(--radius); }

/* Tabs */
.tabs { display: flex; gap: 1.5rem; border-bottom: 1px solid var(--line); }
.tabs a {
  padding: 0.5rem 0; margin-bottom: -1px; color: var(--ink); font-weight: 550;
  text-decoration: none; border-bottom: 2px solid var(--accent);
}

.pager { display: flex; gap: 0.75rem; justify-content: flex-end; }

/* Facts */
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1.25rem 2rem; }
.facts > div { display: grid; gap: 0.2rem; align-content: start; min-width: 0; }
.facts dt { font-size: 0.8125rem; font-weight: 550; color: var(--muted); }
.facts dd { overflow-wrap: anywhere; }
`;
