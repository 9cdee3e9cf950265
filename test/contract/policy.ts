import {
  AuthError,
  createGuard,
  type DecisionEvent,
  type Guard,
  PUBLIC_PRINCIPAL,
  type TokenVerifier,
} from '@mandate/core';
import { whenGleanOAuth } from '@mandate/core/glean';
import { createIntrospectionVerifier } from '@mandate/core/introspection';
import { createJwtVerifier } from '@mandate/core/jwt';
import { createTokenFinder } from '@mandate/core/token-places';
import { AUDIENCE } from '../support/tokens.js';
import { fetchIntrospection } from './introspected.js';
import { createIssuers } from './issuers.js';
import { toEndpointMap } from './routes.js';
import { NOW, NOW_MS } from './tokens.js';

/** The message of a fault that is not a refusal, which must never reach a caller. */
export const DIRECTORY_FAULT = 'directory at ldap://10.0.0.8 is on fire';

/** The policy under test, for an API mounted at `base`. */
export function createPolicy(base: string, onDecision: (event: DecisionEvent) => void): Guard {
  return createGuard({
    realm: 'contract',
    token: TOKEN,
    verifiers: [
      ISSUED_TOKENS,
      whenGleanOAuth(OPAQUE_TOKENS),
      ...createIntrospected(),
      createJwtVerifier(createIssuers()),
    ],
    endpoints: toEndpointMap(base),
    actAs: { resolveUser, groupsOf },
    onDecision,
    now: () => NOW_MS,
  });
}

/** Tokens with a prefix, and what becomes of each. Every other one is a fault of the store. */
const ISSUED_TOKENS: TokenVerifier = {
  accepts: ({ token }) => token.startsWith('mdt_'),
  verify({ token }) {
    if (token === 'mdt_kiosk') {
      return { ...PUBLIC_PRINCIPAL, subject: 'kiosk', scopes: ['SEARCH'] };
    }
    if (token === 'mdt_temp') {
      return { ...PUBLIC_PRINCIPAL, subject: 'temp', permission: 'USER', expiresAt: NOW + 1 };
    }
    if (token === 'mdt_groups') {
      return { ...PUBLIC_PRINCIPAL, subject: 'robot', permission: 'GLOBAL', groups: ['admins'] };
    }
    if (token === 'mdt_remembered') {
      return { ...PUBLIC_PRINCIPAL, subject: 'temp', permission: 'USER', expiresAt: NOW };
    }
    if (token === 'mdt_unknown') return undefined as never;
    if (token === 'mdt_malformed') return { subject: 'eve', scopes: 'SEARCH' } as never;
    if (token === 'mdt_revoked') throw new AuthError('token_revoked', 'row 17 says revoked');
    if (token === 'mdt_elsewhere') throw new AuthError('address_not_allowed', 'not in 10.0.0.0/8');
    if (token === 'mdt_outage') {
      throw new AuthError('verifier_unavailable', 'the store at 10.0.0.9 is away', {
        retryAfterSeconds: 7,
        cause: new Error('connect ECONNREFUSED'),
      });
    }
    throw new Error(DIRECTORY_FAULT);
  },
};

/** Access tokens without a recognizable origin. */
const OPAQUE_TOKENS: TokenVerifier = {
  accepts: ({ token }) => token.startsWith('opaque-'),
  verify({ token }) {
    if (token !== 'opaque-ada') throw new AuthError('token_invalid', 'it is not active');
    return { ...PUBLIC_PRINCIPAL, subject: 'ada@example.com', permission: 'USER' };
  },
};

/** Tokens about which the authorization server never answers in full. */
const SLOW: ReadonlySet<string> = new Set(['insp_slow', 'insp_endless']);

/** Opaque tokens that an authorization server is asked about; made for each server, because it remembers. */
function createIntrospected(): readonly TokenVerifier[] {
  const options = {
    endpoint: 'https://opaque.example/introspect',
    issuer: 'https://opaque.example',
    audience: AUDIENCE,
    client: { id: 'api', secret: 'a secret of the API' },
    fetch: fetchIntrospection as typeof fetch,
  };
  const isSlow: TokenVerifier['accepts'] = ({ token }) => SLOW.has(token);
  const isOpaque: TokenVerifier['accepts'] = ({ token }) => token.startsWith('insp_');
  return [
    createIntrospectionVerifier({ ...options, accepts: isSlow, timeoutMs: 1 }),
    createIntrospectionVerifier({ ...options, accepts: isOpaque, timeoutMs: 600_000 }),
  ];
}

/** Tokens are taken from these places and from no other. */
const TOKEN = createTokenFinder(
  [
    { header: 'authorization' },
    { header: 'X-Api-Key' },
    { header: 'X-Ticket', scheme: 'Ticket' },
    { cookie: 'session' },
    { query: 'ticket' },
    async (request) => request.header('x-late-token'),
  ],
  { publicOrigins: ['https://app.example'] },
);

/** Addresses are looked up in lower case; two of them are unavailable. */
function resolveUser(email: string): string | undefined | Promise<string | undefined> {
  const address = email.toLowerCase();
  if (address === 'nobody@example.com') return undefined;
  if (address === 'fire@example.com') return Promise.reject(new Error(DIRECTORY_FAULT));
  return address;
}

function groupsOf(subject: string): readonly (string | number)[] {
  return subject === 'grace@example.com' ? ['navy', 12345] : [];
}
