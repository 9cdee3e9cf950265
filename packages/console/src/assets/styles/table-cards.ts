/**
 * The style of a table as cards, one per row.
 *
 * @param table the selector of the table.
 */
export function buildTableCards(table: string): string {
  return `
  ${table} { background: none; border: 0; box-shadow: none; }
  ${table}, ${table} tr { display: block; }
  ${table} thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  ${table} tbody { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); }
  ${table} tbody tr {
    background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius);
    box-shadow: var(--shadow); padding: 0.9rem 1.1rem; min-width: 0;
  }
  ${table} tbody :is(th, td), ${table} tbody :is(th:first-child, td:last-child) { border: 0; padding: 0.2rem 0; }
  ${table} tbody th { display: block; min-width: 0; padding-bottom: 0.4rem; }
  ${table} tbody td { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0.75rem; justify-items: start; }
  ${table} tbody td::before { content: attr(data-title); color: var(--muted); font-size: 0.875rem; }
  ${table} tbody tr:hover :is(th, td) { background: none; }
  ${table} :is(td > div, .sub, .person, .chips) { min-width: 0; }
  ${table} tbody td.select { float: left; display: block; padding: 0.1rem 0.7rem 0 0; width: auto; }
  ${table} tbody td.select::before { content: none; }
  ${table} tbody td.select:empty { display: none; }
  ${table} :is(.badge, time) { white-space: normal; }
`;
}
