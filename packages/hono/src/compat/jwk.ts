import { createGuard, PUBLIC_PRINCIPAL } from '@mandate/core';
import { DenialError } from '@mandate/core/adapter';
import {
  type AsymmetricAlgorithm,
  createJwtVerifier,
  createKeySet,
  createLocalKeySet,
  type JsonWebKeyLike,
  type KeySet,
  type VerificationKey,
} from '@mandate/core/jwt';
import { createTokenFinder } from '@mandate/core/token-places';
import { checkOptions } from '@mandate/internal/check-options';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { requireAuth } from '../require-auth.js';

/** The options of `jwk` of Hono that have a counterpart. */
export interface JwkOptions {
  /** The public keys. */
  readonly keys?: readonly JsonWebKeyLike[] | undefined;
  /** Where the issuer publishes its keys. They are fetched once and refreshed, not for each request. */
  readonly jwks_uri?: string | undefined;
  /** The accepted algorithms. */
  readonly alg: readonly AsymmetricAlgorithm[];
  /** Whether a request may have no token. Default `false`. A bad token is rejected in any case. */
  readonly allow_anon?: boolean | undefined;
  /** A cookie that may hold the token, beside the header. It is then protected against CSRF. */
  readonly cookie?: string | undefined;
  /** The header that holds the token, with the scheme `Bearer`. Default `authorization`. */
  readonly headerName?: string | undefined;
  /** The realm of the challenge. Default: none. */
  readonly realm?: string | undefined;
  /** The accepted `iss` and `aud`. Default: any, as before; name both. */
  readonly verification?:
    | { readonly iss?: string | undefined; readonly aud?: string | readonly string[] | undefined }
    | undefined;
}

/**
 * The middleware `jwk` of Hono 4, on a guard: the claims of a valid token are `c.get('jwtPayload')`, and a rejection is
 * an `HTTPException` with status 401. It accepts no token that Hono rejects.
 *
 * @throws TypeError if an option is unknown or invalid, or would accept what a guard does not accept. The guide about
 * Hono names what replaces each.
 *
 * @example
 * const verification = { iss: 'https://sso.example.com/', aud: 'https://api.example.com' };
 * app.use(jwk({ jwks_uri: 'https://sso.example.com/jwks', alg: ['RS256'], verification }));
 */
export function jwk(options: JwkOptions): MiddlewareHandler {
  checkJwkOptions(options);
  const { keys, jwks_uri: url, alg: algorithms, verification = {}, cookie } = options;
  const verifier = createJwtVerifier({
    issuer: verification.iss ?? null,
    audience: verification.aud ?? null,
    keys: [
      ...(keys === undefined ? [] : [requireKid(createLocalKeySet({ keys }))]),
      ...(url === undefined ? [] : [requireKid(createKeySet({ url }))]),
    ],
    algorithms,
    types: ['JWT', null],
    clockToleranceSeconds: 0,
    maxFutureIatSeconds: 0,
  });
  const token = createTokenFinder([
    { header: options.headerName ?? 'authorization', scheme: 'Bearer' },
    ...(cookie === undefined ? [] : [{ cookie }]),
  ]);
  const guard = createGuard({ verifiers: [verifier], token, realm: options.realm });
  const optional = options.allow_anon === true;
  const authenticate = requireAuth(guard, { endpoints: 'by-route', denials: 'throw', optional });
  return async (c, next) => {
    try {
      await authenticate(c, async () => {});
    } catch (error) {
      throw error instanceof DenialError ? toHttpException(error) : error;
    }
    const principal = c.get('auth');
    if (principal !== PUBLIC_PRINCIPAL) c.set('jwtPayload', principal.claims);
    await next();
  };
}

function checkJwkOptions(options: JwkOptions): void {
  checkOptions<JwkOptions>('jwk', options, {
    keys: true,
    jwks_uri: true,
    alg: true,
    allow_anon: true,
    cookie: true,
    headerName: true,
    realm: true,
    verification: true,
  });
  checkOptions<object>('jwk: verification', options.verification ?? {}, { iss: true, aud: true });
  if (options.keys === undefined && options.jwks_uri === undefined) {
    throw new TypeError('jwk: keys or jwks_uri is required');
  }
}

/** Hono looks keys up by `kid` only, so a token or a key without one finds nothing. */
function requireKid(keys: KeySet): KeySet {
  const keep = (found: readonly VerificationKey[]) => found.filter(({ kid }) => kid !== undefined);
  return {
    find: async (header, request) =>
      header['kid'] === undefined ? [] : keep(await keys.find(header, request)),
    isCurrent: (request) => keys.isCurrent(request),
    warmUp: async () => keys.warmUp?.(),
    health: () => keys.health?.() ?? { status: 'ready' },
  };
}

/** What is malformed is answered with 401, as Hono does. */
function toHttpException(error: DenialError): HTTPException {
  const res = error.getResponse();
  const status = error.code === 'credentials_malformed' ? 401 : error.status;
  return new HTTPException(status as 401, {
    message: error.message,
    res: new Response(res.body, { status, headers: res.headers }),
    cause: error,
  });
}
