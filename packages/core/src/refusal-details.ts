import type { AuthError, RefusalDetails } from './auth-error.js';
import { getClaim } from './claims.js';
import type { BearerCredentials } from './credentials.js';
import type { UnverifiedJwt } from './jws/parse-jwt.js';
import type { Principal } from './principal.js';

/** Collects what an operator needs to know about a refusal. */
export function toRefusalDetails(
  error: AuthError,
  principal: Principal | undefined,
  credentials: BearerCredentials | undefined,
): RefusalDetails {
  const isScopes = error.code === 'scope_required';
  const heldScopes = principal?.scopes === 'all' ? undefined : principal?.scopes;
  return {
    ...error.details,
    ...(isScopes && { requiredScopes: error.requiredScopes, heldScopes }),
    ...(error.code.startsWith('group_') && { heldGroups: principal?.groups }),
    ...(principal === undefined && toUnverified(credentials)),
  };
}

/** The claims of a rejected token that show where it comes from. */
function toUnverified(credentials: BearerCredentials | undefined): RefusalDetails {
  const jwt = parse(credentials);
  if (jwt === undefined) return {};
  const { header, claims } = jwt;
  return {
    unverifiedAlg: toText(header['alg']),
    unverifiedKid: toText(header['kid']),
    unverifiedTyp: toText(header['typ']),
    unverifiedIssuer: toText(getClaim(claims, 'iss')),
    unverifiedSubject: toText(getClaim(claims, 'sub')),
    unverifiedAudience: toText([getClaim(claims, 'aud')].flat().join(' ')),
  };
}

function parse(credentials: BearerCredentials | undefined): UnverifiedJwt | undefined {
  try {
    return credentials?.jwt;
  } catch {
    // It has a forbidden character, which the reason states.
    return undefined;
  }
}

const MAX_LENGTH = 200;
/** Characters that could start a new line or change the colour of a log. */
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function toText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).slice(0, MAX_LENGTH).replace(CONTROL, '\ufffd')
    : undefined;
}
