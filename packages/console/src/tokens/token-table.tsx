import { getTokenStatus, type TokenRecord } from '@mandate/tokens';
import { type Column, DataTable } from '../layout/data-table.js';
import { AgoText, TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { ScopeList, StatusBadge } from './token-parts.js';

export interface TokenTableProps {
  readonly view: View;
  readonly tokens: readonly TokenRecord[];
  /** How they are sorted, in words. */
  readonly order: string;
}

const SHOWN_SCOPES = 3;

/** The id of the form that receives the selected tokens. */
export const REVOKE_FORM = 'revoke-selected';

export function TokenTable({ view, tokens, order }: TokenTableProps) {
  return (
    <DataTable
      caption={`Client tokens, ${order}`}
      rows={tokens}
      renderSelect={(token) =>
        getTokenStatus(token, view.now) !== 'revoked' && (
          <input
            type="checkbox"
            name="ids"
            value={token.id}
            form={REVOKE_FORM}
            aria-label={`Select ${token.description}`}
          />
        )
      }
      columns={[...buildGrantColumns(view), ...buildTimeColumns(view)]}
    />
  );
}

/** What a token is and what it may do. */
function buildGrantColumns({ link, now }: View): readonly Column<TokenRecord>[] {
  return [
    {
      title: 'Description',
      cell: ({ id, description, lastFour }) => (
        <>
          <a href={link(`tokens/${id}`)}>{description}</a>
          <span class="sub">ends in {lastFour}</span>
        </>
      ),
    },
    {
      title: 'Permission',
      cell: ({ permission, userEmail }) => (
        <>
          <span class="permission">{permission}</span>
          {userEmail !== undefined && <span class="sub">{userEmail}</span>}
        </>
      ),
    },
    { title: 'Scopes', cell: ({ scopes }) => <ScopeList scopes={scopes} max={SHOWN_SCOPES} /> },
    { title: 'Status', cell: (token) => <StatusBadge token={token} now={now} /> },
  ];
}

function buildTimeColumns({ now }: View): readonly Column<TokenRecord>[] {
  return [
    {
      title: 'Created',
      cell: ({ createdAt, createdBy }) => (
        <>
          <TimeText at={createdAt} dayOnly />
          <span class="sub">by {createdBy}</span>
        </>
      ),
    },
    {
      title: 'Expires',
      cell: ({ expiresAt }) =>
        expiresAt === undefined ? 'Never' : <TimeText at={expiresAt} dayOnly />,
    },
    {
      title: 'Last used',
      cell: ({ lastUsedAt }) =>
        lastUsedAt === undefined ? 'Never' : <AgoText at={lastUsedAt} now={now} />,
    },
  ];
}
