import type { EgressRules } from '../fetch/egress-rules.js';
import { findUrlProblem } from '../fetch/guarded-url.js';
import type { Tokens } from '../secrets/tokens.js';
import type { Preset } from './preset.js';

export interface ParseTokensOptions {
  readonly preset: Preset;
  readonly egress: EgressRules;
  readonly nowMs: number;
}

/**
 * Converts a token response (RFC 6749 §5.1). It accepts what providers send beside the RFC: `null` or an
 * empty text for a missing member, a list as `scope`, no `token_type`, and an empty or negative lifetime.
 *
 * @throws Error if there is no usable bearer token, or an address that tokens must not be sent to.
 */
export function parseTokens(body: unknown, options: ParseTokensOptions): Tokens {
  if (typeof body !== 'object' || body === null) throw new Error('not an object');
  const member = (name: string): unknown => {
    const value = Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined;
    return value === null || value === '' ? undefined : value;
  };
  checkTokenType(member('token_type'), options.preset);
  const refreshToken = member('refresh_token');
  if (refreshToken !== undefined && typeof refreshToken !== 'string') {
    throw new Error('the refresh token is not a text');
  }
  return {
    accessToken: toBearerToken(member('access_token')),
    refreshToken,
    instanceUrl: toInstanceOrigin(member('instance_url'), options),
    ...toTokenTimes(member('expires_in'), options.nowMs),
  };
}

/** A token that is bound to a key (`DPoP`, `mac`) cannot be sent as a bearer token. */
function checkTokenType(type: unknown, { tokenTypes }: Preset): void {
  if (type === undefined) return;
  const name = typeof type === 'string' ? type.toLowerCase() : '';
  if (name === 'bearer' || tokenTypes.includes(name)) return;
  throw new Error('the token_type is not bearer');
}

/** RFC 6750 §2.1: only printable ASCII fits into the header. */
function toBearerToken(token: unknown): string {
  if (typeof token === 'string' && /^[\x21-\x7e]{1,16384}$/.test(token)) return token;
  throw new Error('the access token cannot be sent as a bearer token');
}

function toInstanceOrigin(
  value: unknown,
  { preset, egress }: ParseTokensOptions,
): string | undefined {
  if (!preset.hasInstanceUrl || value === undefined) return undefined;
  if (typeof value !== 'string' || findUrlProblem(value, egress) !== undefined) {
    throw new Error('tokens must not be sent to this instance_url');
  }
  return new URL(value).origin;
}

/** Refreshes a minute before expiry; a token that lives less than two minutes, half-way. */
function toTokenTimes(expiresIn: unknown, nowMs: number) {
  const isText = typeof expiresIn === 'string' && /^-?\d{1,15}$/.test(expiresIn);
  const seconds = isText ? Number(expiresIn) : (expiresIn ?? 0);
  if (typeof seconds !== 'number') throw new Error('expires_in is not a number');
  const isKnown = seconds > 0 && seconds <= MAX_LIFETIME_SECONDS;
  // Without a lifetime, the token is used until the receiver rejects it.
  if (!isKnown) return { renewAtMs: undefined, expiresAtMs: undefined };
  const lifetimeMs = seconds * 1000;
  const renewAtMs = nowMs + Math.max(lifetimeMs - 60_000, lifetimeMs / 2);
  return { renewAtMs, expiresAtMs: nowMs + lifetimeMs };
}

/** A hundred years. Beyond it, times would not be exact numbers. */
const MAX_LIFETIME_SECONDS = 100 * 365 * 24 * 60 * 60;
