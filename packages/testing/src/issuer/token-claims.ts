import type { Actor } from '@mandate/core';
import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { toActor } from '../principal.js';

/** What a token of a test issuer says. Every member has a default. */
export interface TestTokenOptions {
  /** `sub`. Default `'test-user'`. */
  readonly subject?: string | undefined;
  /** `scope`, joined by spaces (RFC 6749 §3.3). Default: the token has no such claim. */
  readonly scopes?: readonly string[] | undefined;
  /** `groups`. Default: the token has no such claim. */
  readonly groups?: readonly (string | number)[] | undefined;
  /** `act` (RFC 8693 §4.1): a subject, or a chain of actors. Default: none. */
  readonly actor?: string | Actor | undefined;
  /** Seconds from the clock's time to `exp`. Default 3600. A negative number makes an expired token. */
  readonly expiresInSeconds?: number | undefined;
  /** `aud`. Default: the audience of the issuer. */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * Other claims, such as `email`, `permissions` or `nbf`. A claim replaces one that the issuer would write, and
   * `undefined` removes it, so that you can make the tokens of any provider, and incomplete ones.
   */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** `typ` of the header. Default `'at+jwt'` (RFC 9068 §2.1). */
  readonly type?: string | undefined;
}

const OPTIONS: OptionNames<TestTokenOptions> = {
  subject: true,
  scopes: true,
  groups: true,
  actor: true,
  expiresInSeconds: true,
  audience: true,
  claims: true,
  type: true,
};

/** What the issuer knows when it writes a token. */
export interface TokenContext {
  readonly issuer: string;
  readonly audience: string;
  readonly nowMs: number;
  readonly tokenId: string;
}

const HOUR_SECONDS = 3600;
const CENTURY_SECONDS = 3_155_760_000;

/**
 * The claims of a token: those of RFC 9068 §2.2, then what the options add.
 * @throws TypeError if an option is unknown or has the wrong type.
 */
export function toTokenClaims(
  options: TestTokenOptions,
  { issuer, audience, nowMs, tokenId }: TokenContext,
): Readonly<Record<string, unknown>> {
  checkTokenOptions(options);
  const { subject = 'test-user', scopes, groups, actor, claims = {} } = options;
  const iat = Math.floor(nowMs / 1000);
  return {
    iss: issuer,
    aud: options.audience ?? audience,
    sub: subject,
    client_id: 'test-client',
    jti: tokenId,
    iat,
    exp: iat + (options.expiresInSeconds ?? HOUR_SECONDS),
    ...(scopes && { scope: scopes.join(' ') }),
    ...(groups && { groups }),
    ...(actor !== undefined && { act: toActClaim(toActor(actor)) }),
    ...claims,
  };
}

function toActClaim(actor: Actor | undefined): object | undefined {
  return actor && { sub: actor.subject, act: toActClaim(actor.actor) };
}

function checkTokenOptions(options: TestTokenOptions): void {
  checkOptions<TestTokenOptions>('token', options, OPTIONS);
  const { subject, scopes, groups, expiresInSeconds, claims, type } = options;
  for (const [name, value] of Object.entries({ subject, type })) {
    if (value === undefined || (typeof value === 'string' && value !== '')) continue;
    throw new TypeError(`token: ${name} must be a non-empty string`);
  }
  for (const [name, value] of Object.entries({ scopes, groups })) {
    // A string would be a list of its letters.
    if (value === undefined || Array.isArray(value)) continue;
    throw new TypeError(`token: ${name} must be a list`);
  }
  if (claims !== undefined && (typeof claims !== 'object' || claims === null)) {
    throw new TypeError('token: claims must be an object');
  }
  if (expiresInSeconds !== undefined) checkLifetime(expiresInSeconds);
}

function checkLifetime(seconds: number): void {
  const range = { min: -CENTURY_SECONDS, max: CENTURY_SECONDS };
  checkNumber('token: expiresInSeconds', seconds, range);
}
