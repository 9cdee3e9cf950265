import type { AuthErrorCode } from '@mandate/core';
import type { Variables } from './tokens.js';

/** One request of the tour, and what every server answers to it. */
export interface TourRequest {
  readonly title: string;
  readonly method: 'GET' | 'POST';
  /** With its query; `$NAME` stands for a variable. */
  readonly target: string;
  /** The variable that holds the token. */
  readonly token?: keyof Variables;
  readonly actAs?: string;
  /** Sent as JSON. */
  readonly body?: object;
  readonly answer: Announced;
}

/** Whom the request is for and who sent it, what the administration did, or why it is rejected. */
export type Announced =
  | { readonly status: 200; readonly for: string; readonly by?: string }
  | { readonly status: 200 | 201; readonly token: 'active' | 'revoked' }
  | { readonly status: 200; readonly items: readonly unknown[] }
  | { readonly status: 400 | 401 | 403; readonly code: AuthErrorCode };

/** In one line, the same for what is announced and what was answered. */
export function describeAnswer(answer: Announced): string {
  if ('code' in answer) return `${answer.status} ${answer.code}`;
  if ('token' in answer) return `${answer.status} a token, ${answer.token}`;
  if ('items' in answer) return `${answer.status} a list of tokens, without their secrets`;
  return `${answer.status} for ${answer.for}${answer.by === undefined ? '' : `, sent by ${answer.by}`}`;
}

const SEARCH = { method: 'POST', target: '/rest/api/v1/search' } as const;
const RUN_AGENT = { method: 'POST', target: '/rest/api/v1/agents/runs/wait' } as const;
const VISITOR = { method: 'GET', target: '/lookupvisitor?groupid=12345' } as const;

const amelia = { status: 200, for: 'amelia@example.com' } as const;
const maya = { status: 200, for: 'maya@example.com', by: 'reports' } as const;

function rejected(status: 400 | 401 | 403, code: AuthErrorCode): Announced {
  return { status, code };
}

export const REQUESTS: readonly TourRequest[] = [
  {
    title: 'A public endpoint, no token',
    method: 'GET',
    target: '/health',
    answer: { status: 200, for: 'anonymous' },
  },

  // Scopes
  { title: 'Search, with its scope', ...SEARCH, token: 'SEARCH', answer: amelia },
  {
    title: 'Search, with another scope',
    ...SEARCH,
    token: 'CHAT',
    answer: rejected(403, 'scope_required'),
  },
  {
    title: 'Running an agent needs two scopes: both',
    ...RUN_AGENT,
    token: 'CHAT_AGENTS',
    answer: amelia,
  },
  {
    title: 'Running an agent needs two scopes: one of them',
    ...RUN_AGENT,
    token: 'CHAT',
    answer: rejected(403, 'scope_required'),
  },
  {
    title: 'The feed needs FEED or SEARCH: one is enough',
    method: 'POST',
    target: '/rest/api/v1/feed',
    token: 'SEARCH',
    answer: amelia,
  },

  // Tokens
  { title: 'No token', ...SEARCH, answer: rejected(401, 'credentials_missing') },
  {
    title: 'An expired token',
    ...SEARCH,
    token: 'EXPIRED',
    answer: rejected(401, 'token_expired'),
  },
  {
    title: 'A token with a forged signature',
    ...SEARCH,
    token: 'FORGED',
    answer: rejected(401, 'token_invalid'),
  },

  // Acting as a user
  {
    title: 'A GLOBAL token, acting as a user',
    ...SEARCH,
    token: 'GLOBAL',
    actAs: 'maya@example.com',
    answer: maya,
  },
  {
    title: 'A GLOBAL token that names no user',
    ...SEARCH,
    token: 'GLOBAL',
    answer: rejected(400, 'act_as_required'),
  },
  {
    title: 'A GLOBAL token, acting as a user we do not have',
    ...SEARCH,
    token: 'GLOBAL',
    actAs: 'nobody@example.com',
    answer: rejected(401, 'act_as_unknown'),
  },
  {
    title: "A user's own token, acting as another user",
    ...SEARCH,
    token: 'SEARCH',
    actAs: 'maya@example.com',
    answer: rejected(400, 'act_as_forbidden'),
  },
  {
    title: 'An ANONYMOUS token, where the policy serves it',
    method: 'POST',
    target: '/rest/api/v1/autocomplete',
    token: 'ANONYMOUS',
    answer: { status: 200, for: 'kiosk' },
  },
  {
    title: 'An ANONYMOUS token, elsewhere',
    ...SEARCH,
    token: 'ANONYMOUS',
    answer: rejected(403, 'anonymous_not_allowed'),
  },

  // Groups
  { title: "The token's own group", ...VISITOR, token: 'PRESENCE', answer: amelia },
  {
    title: 'Another group',
    method: 'GET',
    target: '/lookupvisitor?groupid=99999',
    token: 'PRESENCE',
    answer: rejected(403, 'group_mismatch'),
  },
  {
    title: 'No group',
    method: 'GET',
    target: '/lookupvisitor',
    token: 'PRESENCE',
    answer: rejected(400, 'group_missing'),
  },
  {
    title: 'Two groups, one of them its own',
    method: 'GET',
    target: '/lookupvisitor?groupid=12345&groupid=99999',
    token: 'PRESENCE',
    answer: rejected(400, 'group_conflict'),
  },

  // Tokens that the API issues itself
  { title: 'An issued USER token', ...SEARCH, token: 'API_USER', answer: amelia },
  {
    title: 'An issued GLOBAL token, acting as a user',
    ...SEARCH,
    token: 'API_GLOBAL',
    actAs: 'maya@example.com',
    answer: { status: 200, for: 'maya@example.com', by: 'root@example.com' },
  },
  {
    title: 'An issued GLOBAL token that names no user',
    ...SEARCH,
    token: 'API_GLOBAL',
    answer: rejected(400, 'act_as_required'),
  },
  {
    title: 'An issued ANONYMOUS token, where the policy serves it',
    method: 'POST',
    target: '/rest/api/v1/autocomplete',
    token: 'API_ANONYMOUS',
    answer: { status: 200, for: 'anonymous' },
  },
  {
    title: 'Create a token; its secret is shown only once',
    method: 'POST',
    target: '/admin/tokens',
    token: 'ADMIN',
    body: { description: 'mine', permission: 'GLOBAL', scopes: ['SEARCH'] },
    answer: { status: 201, token: 'active' },
  },
  {
    title: 'List tokens',
    method: 'GET',
    target: '/admin/tokens?limit=3',
    token: 'ADMIN',
    answer: { status: 200, items: [] },
  },
  {
    title: 'Rotate a token; its secret before that goes on for an hour',
    method: 'POST',
    target: '/admin/tokens/$ROTATED_ID/rotate',
    token: 'ADMIN',
    body: { overlapSeconds: 3600 },
    answer: { status: 200, token: 'active' },
  },
  {
    title: 'Revoke a token',
    method: 'POST',
    target: '/admin/tokens/$REVOKED_ID/revoke',
    token: 'ADMIN',
    answer: { status: 200, token: 'revoked' },
  },
  {
    title: 'The revoked token',
    ...SEARCH,
    token: 'REVOKED',
    answer: rejected(401, 'token_revoked'),
  },
  {
    title: 'The administration, with a token that lacks its scope',
    method: 'GET',
    target: '/admin/tokens',
    token: 'SEARCH',
    answer: rejected(403, 'scope_required'),
  },

  // Endpoints
  {
    title: 'A handler that the policy does not know',
    method: 'GET',
    target: '/metrics',
    token: 'SEARCH',
    answer: rejected(403, 'endpoint_unmapped'),
  },
  {
    title: 'A path that two programs read in two ways',
    method: 'POST',
    target: '/rest/api/v1%2Fsearch',
    token: 'SEARCH',
    answer: rejected(400, 'path_ambiguous'),
  },
];
