import type { AuthError, AuthErrorCode } from '@mandate/core';

/** What would have to change so that the request passes the stage that rejected it. */
const CHANGES: Readonly<Record<AuthErrorCode, string>> = {
  path_ambiguous:
    'send the path in the spelling that the server routes: without //, /./, %2F and the like',
  endpoint_unmapped: 'add an entry for this method and path to the map of the guard',
  credentials_missing: 'send a token, or make the endpoint optional or public',
  credentials_malformed: 'send one Authorization header with one Bearer token',
  cross_site:
    'send the request from a page of the same origin, or list the origin in publicOrigins',
  token_invalid:
    'send a token that one of the verifiers accepts; the reason above says what is wrong',
  token_expired: 'send a new token',
  token_revoked: 'send a token that is not revoked',
  address_not_allowed: 'send the request from an address that the token allows',
  verifier_unavailable: 'make the key server or the store reachable',
  act_as_required: 'name a user in the act-as header',
  act_as_malformed: 'name one user in the act-as header, in the form that actAs.parse accepts',
  act_as_forbidden: 'leave out the act-as header: only GLOBAL tokens act as others',
  act_as_unknown: 'name a user that resolveUser knows',
  anonymous_not_allowed: 'send a token of a user, or set anonymous: true at the endpoint',
  group_missing: 'name the group where the rule of the endpoint looks for it',
  group_conflict: 'name the same group everywhere in the request',
  group_mismatch: 'send a token of the group that the request names',
  scope_required: 'send a token with the required scopes, or change the scopes of the endpoint',
  authentication_insufficient:
    'let the user log in again as stepUp of the endpoint requires; its token then has acr and auth_time',
  condition_failed: 'meet the condition (allowIf) of the endpoint',
};

export function suggestChange({ code, requiredScopes }: AuthError): string {
  if (code !== 'scope_required' || requiredScopes === undefined) return CHANGES[code];
  return `send a token with the scopes ${[requiredScopes].flat().join(' ')}, or change the scopes of the endpoint`;
}
