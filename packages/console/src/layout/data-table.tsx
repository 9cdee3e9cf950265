import type { Child } from 'hono/jsx';

/** A column: its heading, and what stands in it. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Child;
}

export interface DataTableProps<Row> {
  /** What the table holds, for who cannot see it. */
  readonly caption: string;
  /** The first names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/**
 * A table; on a phone, a card for each row. The roles are written out because a browser forgets that it
 * is a table when the style sheet lays it out as cards.
 */
export function DataTable<Row>({ caption, columns, rows }: DataTableProps<Row>) {
  return (
    <table class="data" role="table">
      <caption class="sr">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title }) => (
            <th scope="col" role="columnheader">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row">
            {columns.map(({ title, cell }, index) =>
              index === 0 ? (
                <th scope="row" role="rowheader">
                  {cell(row)}
                </th>
              ) : (
                <td role="cell" data-title={title}>
                  <div>{cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
