import type { AuditEntry } from '@mandate/tokens';
import { type Column, DataTable } from '../layout/data-table.js';
import { TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { AUDIT_ACTIONS } from './audit-filter.js';

/** The descriptions of tokens by id. */
export type NamedTokens = ReadonlyMap<string, string>;

export interface AuditTableProps {
  readonly view: View;
  readonly entries: readonly AuditEntry[];
  /** Adds a column with the token of each entry. Omit it on the page of one token. */
  readonly names?: NamedTokens;
}

/** Changes of tokens, newest first. */
export function AuditTable({ view, entries, names }: AuditTableProps) {
  const token: Column<AuditEntry> = {
    title: 'Token',
    cell: ({ tokenId }) => <a href={view.link(`tokens/${tokenId}`)}>{names?.get(tokenId)}</a>,
  };
  return (
    <DataTable
      caption={
        names === undefined
          ? 'Audit trail of this token, newest first'
          : 'Audit trail of all tokens, newest first'
      }
      rows={entries}
      columns={[
        ...(names === undefined ? [] : [token]),
        { title: 'Action', cell: ({ action }) => AUDIT_ACTIONS[action] },
        { title: 'By', cell: ({ by }) => <span class="person">{by}</span> },
        { title: 'When', cell: ({ at }) => <TimeText at={at} /> },
      ]}
    />
  );
}
