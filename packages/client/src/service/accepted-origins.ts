import { checkOptions } from '../check-options.js';
import type { OriginGrant, SkippedOrigin } from './grant-parser.js';
import { type OriginSyntaxError, parseGrants } from './parse-grants.js';

export interface AcceptedOrigins {
  readonly grants: readonly OriginGrant[];
  /** Well-formed entries whose scheme is neither `http` nor `https`. The other entries count. */
  readonly skipped: readonly SkippedOrigin[];
  /** Set if the text is invalid. Nothing is granted then. */
  readonly error: OriginSyntaxError | undefined;
  /** Whether a page of that origin (`event.origin`) may call the operation. */
  allows(this: void, origin: string, operation: string): boolean;
}

export interface AcceptedOriginsOptions {
  /**
   * Operations that only their full name grants, not `*`, `namespace.*` or an origin without a
   * list. `auth.getJwtToken` is always one of them. Default: no others.
   */
  readonly sensitiveOperations?: readonly string[] | undefined;
  /**
   * Whether `null`, the origin of sandboxed frames and local files, may be listed. Default `false`.
   * All such pages look alike, so a sensitive operation cannot be granted to `null` even then.
   */
  readonly allowNullOrigin?: boolean | undefined;
}

/**
 * This operation returns the session's token, so only its full name grants it (Genesys, Auth
 * Namespace).
 */
const ALWAYS_SENSITIVE = 'auth.getJwtToken';

/**
 * Parses a value of the Genesys option `service-client-api.accepted-web-content-origins`, or the
 * whole line `service-client-api.accepted-web-content-origins = value`:
 *
 * ```text
 * value     = "" | "*" | entry { "," entry }
 * entry     = origin [ "(" operation { "," operation } ")" ]
 * operation = "*" | namespace ".*" | namespace "." method
 * ```
 *
 * A text with an error anywhere grants nothing at all, because half of a mistyped list is not what
 * its author intended. An entry that is well-formed, but of another scheme than `http` and `https`,
 * is skipped.
 *
 * @throws TypeError if an option is unknown; never for a text.
 *
 * @example
 * const accepted = parseAcceptedOrigins('https://content.example.com (agent.*, auth.getJwtToken)');
 * accepted.allows('https://content.example.com', 'auth.getJwtToken'); // true
 * accepted.allows('https://other.example.com', 'agent.get'); // false
 */
export function parseAcceptedOrigins(
  text: string,
  options: AcceptedOriginsOptions = {},
): AcceptedOrigins {
  checkOptions<AcceptedOriginsOptions>('parseAcceptedOrigins', options, {
    sensitiveOperations: true,
    allowNullOrigin: true,
  });
  const sensitive = new Set([ALWAYS_SENSITIVE, ...(options.sensitiveOperations ?? [])]);
  const { grants, skipped, error } = parseGrants(text, sensitive, options.allowNullOrigin === true);
  return {
    grants,
    skipped,
    error,
    allows: (origin, operation) =>
      grants.some(
        (grant) =>
          matchesOrigin(grant.origin, origin, options.allowNullOrigin === true) &&
          grantsOperation(grant.operations, operation, sensitive.has(operation)),
      ),
  };
}

function matchesOrigin(granted: string, origin: string, allowNull: boolean): boolean {
  if (origin === 'null' && !allowNull) return false;
  return granted === '*' ? origin !== '' : granted === origin;
}

function grantsOperation(granted: readonly string[], operation: string, exact: boolean): boolean {
  if (granted.includes(operation)) return operation.includes('.') && !operation.includes('*');
  if (exact) return false;
  const namespace = /^([^.]+)\.[^.]+$/.exec(operation)?.[1];
  return namespace !== undefined && (granted.includes('*') || granted.includes(`${namespace}.*`));
}
