import { getTokenStatus, type TokenRecord } from '@mandate/tokens';

const BADGES = {
  active: { class: 'good', text: 'Active' },
  expired: { class: 'quiet', text: 'Expired' },
  revoked: { class: 'bad', text: 'Revoked' },
} as const;

const EXPIRING = { class: 'warn', text: 'Expires soon' } as const;
const SOON_MS = 14 * 24 * 3600 * 1000;

function isExpiring({ expiresAt }: TokenRecord, now: Date): boolean {
  return expiresAt !== undefined && expiresAt.getTime() - now.getTime() < SOON_MS;
}

export interface StatusBadgeProps {
  readonly token: TokenRecord;
  readonly now: Date;
}

/** The status of a token as a coloured word. */
export function StatusBadge({ token, now }: StatusBadgeProps) {
  const status = getTokenStatus(token, now);
  const badge = status === 'active' && isExpiring(token, now) ? EXPIRING : BADGES[status];
  return <span class={`badge ${badge.class}`}>{badge.text}</span>;
}

export interface ScopeListProps {
  readonly scopes: readonly string[];
  /** How many to show before "and 4 more". Default: all. */
  readonly max?: number;
}

export function ScopeList({ scopes, max = scopes.length }: ScopeListProps) {
  const rest = scopes.length - max;
  return (
    <ul class="chips">
      {scopes.slice(0, max).map((scope) => (
        <li>
          <code>{scope}</code>
        </li>
      ))}
      {rest > 0 && <li class="more">and {rest} more</li>}
    </ul>
  );
}
