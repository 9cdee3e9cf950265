import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { AUDIENCE, ISSUER } from './tokens.mjs';

/** What the requests of the bench ask for. */
export const PREFIX = '/rest/api/v1/documents/';
export const PATH = `${PREFIX}42`;
export const ROUTE = `${PREFIX}:id`;
export const GROUP_PATH = '/rest/api/v1/groups/12345/visitors';

const RESOURCES = ['search', 'chat', 'people', 'collections', 'agents', 'answers', 'insights'];

export const endpoints = {
  'GET /health': 'public',
  [`GET ${ROUTE}`]: { scopes: ['DOCUMENTS'] },
  'GET /rest/api/v1/groups/:groupid/visitors': {
    scopes: { anyOf: ['PEOPLE', 'ENTITIES'] },
    group: { path: 'groupid' },
  },
  ...Object.fromEntries(
    RESOURCES.flatMap((name) => [
      [`POST /rest/api/v1/${name}`, { scopes: [name.toUpperCase()] }],
      [`GET /rest/api/v1/${name}/:id`, { scopes: [name.toUpperCase()] }],
    ]),
  ),
};

export function createBenchGuard(keys, options = {}) {
  const issuer = { issuer: ISSUER, audience: AUDIENCE, keys };
  return createGuard({ verifiers: [createJwtVerifier(issuer, options)], endpoints });
}
