import type { Child } from 'hono/jsx';

/** A column: its heading and its cells. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Child;
}

export interface DataTableProps<Row> {
  /** Describes the table to screen readers. */
  readonly caption: string;
  /** The first column is the heading of its row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** The check box that selects a row, in a column of its own before the heading. */
  readonly renderSelect?: ((row: Row) => Child) | undefined;
}

/** So many columns fit only into a wide window. */
const WIDE = 5;

/**
 * A table; on a phone, one card per row. The roles are explicit because browsers drop the implicit ones
 * when the style sheet displays the table as blocks.
 */
export function DataTable<Row>({ caption, columns, rows, renderSelect }: DataTableProps<Row>) {
  return (
    <table class={columns.length >= WIDE ? 'data wide' : 'data'} role="table">
      <caption class="sr">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {renderSelect !== undefined && (
            <th class="select" scope="col" role="columnheader">
              <span class="sr">Select</span>
            </th>
          )}
          {columns.map(({ title }) => (
            <th scope="col" role="columnheader">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <TableRow row={row} columns={columns} renderSelect={renderSelect} />
        ))}
      </tbody>
    </table>
  );
}

interface TableRowProps<Row> extends Pick<DataTableProps<Row>, 'columns' | 'renderSelect'> {
  readonly row: Row;
}

function TableRow<Row>({ row, columns, renderSelect }: TableRowProps<Row>) {
  return (
    <tr role="row">
      {renderSelect !== undefined && (
        <td class="select" role="cell">
          {renderSelect(row)}
        </td>
      )}
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
  );
}
