import { type AuthErrorCode, createGuard, type Principal, type TokenVerifier } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { createRequest } from './auth-request.js';
import { AUDIENCE, ISSUER } from './tokens.js';

/**
 * Who a token stands for, or the code with which it is rejected. The guard's clock stands at the beginning
 * of time, so the verifier's own clock decides.
 */
export async function judgeToken(
  verifier: TokenVerifier,
  token: string,
): Promise<Principal | AuthErrorCode> {
  const guard = createGuard({ verifiers: [verifier], now: () => 0 });
  const decision = await guard.authenticate(createRequest({ token }));
  return decision.allowed ? decision.principal : decision.error.code;
}

/** A verifier for one issuer, called `ISSUER` and for `AUDIENCE` unless said otherwise. */
export function verifierFor(
  rules: Partial<JwtIssuer>,
  options: Parameters<typeof createJwtVerifier>[1] = {},
): TokenVerifier {
  const issuer = { issuer: ISSUER, audience: AUDIENCE, ...rules } as JwtIssuer;
  return createJwtVerifier(issuer, { now: Date.now, ...options });
}
