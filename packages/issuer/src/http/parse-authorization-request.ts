import { AuthorizationError } from '../request/authorization-error.js';
import type { AuthorizationRequest } from '../request/authorization-request.js';
import { CREDENTIAL_FIELDS, parseLogInCredentials } from '../request/log-in-credentials.js';

/** What a request asks for. These fields may also be in the query. */
const OPTION_FIELDS = ['service', 'groupid', 'duration'] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses a request from the fields of its body and its query. Unknown fields, such as `site`, are
 * ignored.
 *
 * @throws AuthorizationError `missing_credentials`, `invalid_duration` or `invalid_request`
 */
export function parseAuthorizationRequest(
  fields: Fields,
  query: URLSearchParams,
  address: string | undefined,
): AuthorizationRequest {
  const exposed = CREDENTIAL_FIELDS.find((name) => query.has(name));
  if (exposed !== undefined) {
    // Queries end up in logs and histories.
    throw invalid(`${exposed} must be in the body, never in the query`);
  }
  const [service, groupid, duration] = OPTION_FIELDS.map((name) =>
    parseOption(name, fields, query),
  );
  return {
    credentials: parseLogInCredentials(fields),
    service,
    groupId: groupid,
    durationMinutes: duration === undefined ? undefined : parseDuration(duration),
    address,
  };
}

/** Returns a field of the body or the query as text. The two must not contradict each other. */
function parseOption(name: string, fields: Fields, query: URLSearchParams): string | undefined {
  const own = Object.hasOwn(fields, name) ? [fields[name]] : [];
  const values = [...own, ...query.getAll(name)]
    .filter((value) => value !== undefined && value !== null && value !== '')
    .map((value) => toText(name, value));
  const [first, ...others] = new Set(values);
  if (others.length > 0) throw invalid(`${name} has two different values`);
  return first;
}

function toText(name: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= 255) return value;
  // A group number must be exact, because a rounded one is another group. Durations are checked
  // later.
  if (typeof value === 'number' && (name === 'duration' || Number.isSafeInteger(value))) {
    return String(value);
  }
  throw invalid(`${name} must be a text of at most 255 characters or a whole number`);
}

/** Rejected and not clamped, so that the caller notices. */
function parseDuration(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new AuthorizationError('invalid_duration', 'duration must be 1 to 120 minutes');
}

function invalid(message: string): AuthorizationError {
  return new AuthorizationError('invalid_request', message);
}
