/** What only some pages have. */
export const PAGE_STYLE = `
/* Authorizing an export */
.standing, .authorize { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem 1rem; }
.result { font-weight: 550; }
.result:empty { display: none; }
.result.good { color: var(--good); }
.result.warn { color: var(--warn); }
.result.bad { color: var(--bad); }
.result.quiet { color: var(--muted); font-weight: 400; }
.button.small { min-height: 2rem; padding: 0.15rem 0.8rem; font-size: 0.9rem; }

/* The secret */
.secret { border-color: var(--good); }
.copy { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: stretch; }
.copy code {
  flex: 1 1 24rem; min-width: 0; padding: 0.6rem 0.9rem; border: 1px solid var(--edge); border-radius: 8px;
  background: var(--raised); font-size: 0.95rem; overflow-wrap: anywhere; user-select: all; -webkit-user-select: all;
}
[data-copied] { flex-basis: 100%; }
[data-copied]:empty { display: none; }

/* Numbers of deliveries */
.numbers { grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); }
.numbers > div { align-content: space-between; }
.numbers dd { font-size: 1.5rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
.chart { display: grid; gap: 0.6rem; }
.chart svg { width: 100%; max-width: 46rem; height: auto; }
.chart .delivered { fill: var(--good); }
.chart .dead { fill: var(--bad); }
.chart .axis { stroke: var(--edge); stroke-width: 1; }
.chart text { fill: var(--muted); font-size: 11px; }
.key::before {
  content: ""; display: inline-block; width: 0.7rem; height: 0.7rem; margin-right: 0.35rem; border-radius: 2px;
  background: var(--good);
}
.key.dead::before { background: var(--bad); }
.key { margin-right: 0.5rem; }
.utc { color: var(--muted); font-size: 0.875em; font-weight: 400; white-space: nowrap; }
.data .utc { display: block; }
.data th.select, .data td.select { width: 1%; min-width: 0; padding-right: 0; }
.data .select + th { padding-left: 1rem; }
.filter.even { grid-template-columns: minmax(9rem, 1fr) minmax(11rem, 2fr) minmax(11rem, 2fr) auto; }
`;
