import { AuthError, type AuthErrorCode } from '../auth-error.js';
import { createChallengeWriter, type RenderDenial, toDenialHeaders } from '../denial.js';

/**
 * The first line of each refusal. A comment names the source of Glean's own words. The other lines are
 * Mandate's, because Glean does not document them.
 */
const REASONS: Readonly<Record<AuthErrorCode, string>> = {
  credentials_missing: 'Invalid Secret', // Glean's test server
  credentials_malformed: 'Invalid Secret', // Glean's documentation: any unknown token
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
  authentication_insufficient: 'Stronger authentication required',
  endpoint_unmapped: 'Unknown endpoint',
  anonymous_not_allowed: 'Anonymous tokens are not supported on this endpoint',
  address_not_allowed: 'IP not allowed', // Glean's documentation of the Indexing API
  condition_failed: 'Not allowed on this endpoint',
  cross_site: 'Cross-site request',
  verifier_unavailable: 'Token cannot be verified right now',
};

/** Refusals that Glean answers like another one. */
const SHOWN_AS: Partial<Readonly<Record<AuthErrorCode, AuthErrorCode>>> = {
  credentials_malformed: 'token_invalid',
  act_as_malformed: 'act_as_unknown',
};

const challenge = createChallengeWriter(undefined);

/**
 * Renders a refusal like the Glean Client API: plain text with a line for the reason and a line
 * `Not allowed`. Only this format makes the client libraries report a `GleanError` on every endpoint; on
 * some endpoints they expect another meaning of `application/json`.
 *
 * The statuses are those of the error table except two. Malformed credentials are 401, like any other unknown
 * token (RFC 6750 §3.1 counts a malformed token as `invalid_token`). An act-as user who is not one e-mail
 * address is 401 `Invalid identity`, like an unknown one: Glean documents one answer for both, which does not
 * reveal which users exist.
 *
 * Glean sends no `WWW-Authenticate`. This preset does, because RFC 9110 §15.5.2 and RFC 6750 §3.1
 * require it. The challenge has no realm, because the guard's `realm` applies only to its default format.
 *
 * @example
 * const guard = createGuard({ verifiers: [verifier], renderDenial: renderGleanDenial });
 */
export const renderGleanDenial: RenderDenial = (error) => {
  const other = SHOWN_AS[error.code];
  const shown = other === undefined ? error : new AuthError(other);
  return {
    status: shown.status,
    headers: toDenialHeaders(shown, challenge),
    body: `${toReason(error)}\nNot allowed`,
  };
};

function toReason({ code, requiredScopes = [] }: AuthError): string {
  return [REASONS[code], requiredScopes.join(' ')].filter(Boolean).join(': ');
}
