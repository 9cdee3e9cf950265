import type { AuditEntry } from '@mandate/tokens';
import { DataTable } from '../layout/data-table.js';
import { TimeText } from '../layout/time-text.js';

export interface AuditTableProps {
  readonly entries: readonly AuditEntry[];
}

const ACTIONS = { created: 'Created', rotated: 'Rotated', revoked: 'Revoked' } as const;

/** The audit trail of a token, newest first. */
export function AuditTable({ entries }: AuditTableProps) {
  return (
    <DataTable
      caption="Audit trail of this token, newest first"
      rows={entries}
      columns={[
        { title: 'Action', cell: ({ action }) => ACTIONS[action] },
        { title: 'By', cell: ({ by }) => by },
        { title: 'When', cell: ({ at }) => <TimeText at={at} /> },
      ]}
    />
  );
}
