import { AuthError, type AuthErrorCode } from '../auth-error.js';
import { createChallengeWriter, type RenderDenial, toDenialHeaders } from '../denial.js';

/**
 * The first line of each refusal. Glean's own words are marked with where they come from; nobody
 * documents the others, and they are ours.
 */
const REASONS: Readonly<Record<AuthErrorCode, string>> = {
  credentials_missing: 'Invalid Secret', // Glean's test server
  credentials_malformed: 'Invalid Secret', // Glean's documentation: any token it cannot place
  token_invalid: 'Invalid Secret', // Glean's documentation
  token_expired: 'Token has expired', // Glean's test server
  token_revoked: 'Token has been revoked',
  act_as_required: 'Required header missing: X-Glean-ActAs', // Glean's documentation and servers
  act_as_malformed: 'Invalid identity', // Glean's documentation
  act_as_unknown: 'Invalid identity', // Glean's documentation
  act_as_forbidden: 'Header not allowed with this token: X-Glean-ActAs',
  path_ambiguous: 'Ambiguous path',
  group_missing: 'Group missing',
  group_conflict: 'More than one group',
  group_mismatch: 'Wrong group',
  scope_required: 'Required scope missing',
  endpoint_unmapped: 'Unknown endpoint',
  anonymous_not_allowed: 'Anonymous tokens are not supported on this endpoint',
  address_not_allowed: 'IP not allowed', // Glean's documentation of the Indexing API
  verifier_unavailable: 'Token cannot be verified right now',
};

const challenge = createChallengeWriter(undefined);

/**
 * Refuses in the way of the Glean Client API: plain text, a line that says why and a line that says
 * `Not allowed`. It is the one format that the client libraries report as `GleanError` everywhere;
 * they take `application/json` for something else on some endpoints.
 *
 * The statuses are those of the error table but for one: malformed credentials are 401 like any other
 * token that Glean does not know (RFC 6750 §3.1 counts malformed among `invalid_token`). Glean
 * documents 401 `Invalid identity` also for a user to act as who is no e-mail address, and was seen to
 * answer 400, which is what the table says: it tells nothing about which users exist.
 *
 * Glean sends no `WWW-Authenticate`. This preset does, because RFC 9110 §15.5.2 and RFC 6750 §3.1
 * require it. The challenge has no realm: the guard's `realm` is for its own format only.
 */
export const renderGleanDenial: RenderDenial = (error) => {
  const shown = error.code === 'credentials_malformed' ? new AuthError('token_invalid') : error;
  return {
    status: shown.status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...toDenialHeaders(shown, challenge),
    },
    body: `${readReason(error)}\nNot allowed`,
  };
};

function readReason({ code, requiredScopes = [] }: AuthError): string {
  return [REASONS[code], requiredScopes.join(' ')].filter(Boolean).join(': ');
}
