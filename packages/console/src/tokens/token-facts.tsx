import { getTokenStatus, type TokenRecord } from '@mandate/tokens';
import { Fact } from '../layout/fact.js';
import { AgoText, TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { ScopeList, StatusBadge } from './token-parts.js';

export interface TokenFactsProps {
  readonly view: View;
  readonly token: TokenRecord;
}

/** Every property of a token. Its secret is not stored. */
export function TokenFacts({ view, token }: TokenFactsProps) {
  const { userEmail, groups, allowedAddresses } = token;
  return (
    <dl class="facts">
      <StatusFact view={view} token={token} />
      <Fact title="Permission">
        <span class="permission">{token.permission}</span>
      </Fact>
      {userEmail !== undefined && <Fact title="User e-mail">{userEmail}</Fact>}
      <Fact title="Scopes">
        <ScopeList scopes={token.scopes} />
      </Fact>
      <Fact title="Groups">{groups.length === 0 ? 'None' : <ScopeList scopes={groups} />}</Fact>
      <Fact title="Secret">ends in {token.lastFour}</Fact>
      <TimeFacts view={view} token={token} />
      <Fact title="Allowed IP addresses">
        {allowedAddresses.length === 0 ? 'Any' : <ScopeList scopes={allowedAddresses} />}
      </Fact>
      <Fact title="Created">
        <TimeText at={token.createdAt} /> by {token.createdBy}
      </Fact>
      <Fact title="Token ID">
        <code>{token.id}</code>
      </Fact>
    </dl>
  );
}

function StatusFact({ view: { now }, token }: TokenFactsProps) {
  const { revokedAt } = token;
  return (
    <Fact title="Status">
      <StatusBadge token={token} now={now} />
      {revokedAt !== undefined && (
        <>
          {' '}
          since <TimeText at={revokedAt} />
        </>
      )}
    </Fact>
  );
}

function TimeFacts({ view: { now }, token }: TokenFactsProps) {
  const { expiresAt, lastUsedAt } = token;
  const previousExpiresAt = getPreviousExpiry(token, now);
  return (
    <>
      <Fact title={expiresAt !== undefined && expiresAt <= now ? 'Expired' : 'Expires'}>
        {expiresAt === undefined ? 'Never' : <TimeText at={expiresAt} />}
      </Fact>
      <Fact title="Last used">
        {lastUsedAt === undefined ? 'Never' : <AgoText at={lastUsedAt} now={now} />}
      </Fact>
      {previousExpiresAt !== undefined && (
        <Fact title="Previous secret">
          valid until <TimeText at={previousExpiresAt} />
        </Fact>
      )}
    </>
  );
}

/**
 * Until when the secret before the last rotation works. It is undefined once it does not work, so that the
 * page of a revoked or expired token never claims that a secret is valid.
 */
export function getPreviousExpiry(token: TokenRecord, now: Date): Date | undefined {
  const { previousExpiresAt, expiresAt } = token;
  if (previousExpiresAt === undefined || previousExpiresAt <= now) return undefined;
  if (getTokenStatus(token, now) !== 'active') return undefined;
  // The token may expire before the overlap ends.
  return expiresAt !== undefined && expiresAt < previousExpiresAt ? expiresAt : previousExpiresAt;
}
