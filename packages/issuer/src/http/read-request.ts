import { AuthorizationError } from '../request/authorization-error.js';
import type { AuthorizationRequest } from '../request/authorization-request.js';
import { CREDENTIAL_FIELDS, readCredentials } from '../request/credentials.js';

/** What callers ask for beside their credentials; they may say it in the query, too. */
const OPTION_FIELDS = ['service', 'groupid', 'duration'] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a request out of its body's fields and its query. Fields that are not known, such as `site`,
 * are ignored.
 *
 * @throws AuthorizationError `missing_credentials`, `invalid_duration` or `invalid_request`
 */
export function readAuthorizationRequest(
  fields: Fields,
  query: URLSearchParams,
  address: string | undefined,
): AuthorizationRequest {
  const exposed = CREDENTIAL_FIELDS.find((name) => query.has(name));
  if (exposed !== undefined) {
    // Queries end up in logs and histories.
    throw invalid(`${exposed} must be in the body, never in the query`);
  }
  const [service, groupid, duration] = OPTION_FIELDS.map((name) => readOption(name, fields, query));
  return {
    credentials: readCredentials(fields),
    service,
    groupId: groupid,
    durationMinutes: duration === undefined ? undefined : readDuration(duration),
    address,
  };
}

/** A field of body or query, as text; the two must not contradict each other. */
function readOption(name: string, fields: Fields, query: URLSearchParams): string | undefined {
  const own = Object.hasOwn(fields, name) ? [fields[name]] : [];
  const values = [...own, ...query.getAll(name)]
    .filter((value) => value !== undefined && value !== null && value !== '')
    .map((value) => toText(name, value));
  const [first, ...others] = new Set(values);
  if (others.length > 0) throw invalid(`${name} is said twice, and differently`);
  return first;
}

function toText(name: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= 255) return value;
  // A group's number must be exact: a rounded one is another group. Durations are judged later.
  if (typeof value === 'number' && (name === 'duration' || Number.isSafeInteger(value))) {
    return String(value);
  }
  throw invalid(`${name} is neither a text nor a whole number, or too long`);
}

/** Refused and not clamped: a caller that asks for what it cannot have should know. */
function readDuration(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new AuthorizationError('invalid_duration', 'duration must be 1 to 120 minutes');
}

function invalid(message: string): AuthorizationError {
  return new AuthorizationError('invalid_request', message);
}
