import {
  createGuard,
  type DecisionEvent,
  type Guard,
  type GuardOptions,
  type TokenVerifier,
} from '@mandate/core';
import { createGleanEndpoints, normalizeGleanScope } from '@mandate/core/glean';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { AUDIENCE } from '@mandate/example-local-issuer';

/** The users that a GLOBAL token may act as. */
const USERS: ReadonlySet<string> = new Set(['amelia@example.com', 'maya@example.com']);

export interface PolicyOptions {
  readonly issuer: string;
  readonly jwksUri: string;
  /** Of the tokens that the API issues itself. */
  readonly issued: TokenVerifier;
  readonly onDecision?: ((event: DecisionEvent) => void) | undefined;
}

/** Acting as whom, and what each endpoint needs: everything but whose tokens, so that tests need none. */
export const RULES = {
  actAs: { resolveUser: (email) => (USERS.has(email) ? email : undefined) },
  normalizeScope: normalizeGleanScope,
  endpoints: {
    ...createGleanEndpoints({
      anonymousEndpoints: ['POST /rest/api/v1/autocomplete'],
      requireChatForAgents: true,
    }),
    'GET /lookupvisitor': { scopes: ['PRESENCE'], group: { query: 'groupid' } },
    'GET /admin/*': { scopes: ['TOKEN_ADMIN'] },
    'POST /admin/*': { scopes: ['TOKEN_ADMIN'] },
    'GET /health': 'public',
  },
} satisfies Omit<GuardOptions, 'verifiers'>;

/** The whole policy. */
export function createPolicy({ issuer, jwksUri, issued, onDecision }: PolicyOptions): Guard {
  return createGuard({
    ...RULES,
    verifiers: [
      issued,
      createJwtVerifier({
        issuer,
        audience: AUDIENCE,
        keys: createKeySet({ url: jwksUri }),
        algorithms: ['ES256'],
        strict: true,
        // What our issuer writes into its tokens; one that says nothing stands for its own user.
        permission: ({ permission }) => permission ?? 'USER',
      }),
    ],
    onDecision,
  });
}
