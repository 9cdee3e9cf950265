import { createGuard, type Principal, PUBLIC_PRINCIPAL } from '@mandate/core';
import { DenialError } from '@mandate/core/adapter';
import { createJwtVerifier, createLocalKeySet, type KeySet } from '@mandate/core/jwt';
import { getRawToken } from '@mandate/core/raw-token';
import { createTokenFinder, type TokenPlace } from '@mandate/core/token-places';
import { type PeerJwtOptions, parsePeerOptions } from '@mandate/internal/peer-jwt-options';
import type { Context, Middleware } from 'koa';
import { requireAuth } from '../require-auth.js';

/** The options of koa-jwt that have a counterpart. */
export interface KoaJwtOptions extends PeerJwtOptions<KeySet> {
  /** The property of `ctx.state` that holds the claims. Default `'user'`. */
  readonly key?: string | undefined;
  /** The property of `ctx.state` that holds the token. Default: none. */
  readonly tokenKey?: string | undefined;
  /** Reads the token from elsewhere, beside the `Authorization` header. */
  readonly getToken?: ((ctx: Context) => string | null | undefined) | undefined;
  /** A cookie that may hold the token, beside the header. It is then protected against CSRF. */
  readonly cookie?: string | undefined;
  /** Whether a verified token has been revoked. */
  readonly isRevoked?:
    | ((ctx: Context, claims: object, token: string) => boolean | Promise<boolean>)
    | undefined;
  /** Whether a request may have no token. Default `false`. A bad token is rejected in any case. */
  readonly passthrough?: boolean | undefined;
}

const OWN_OPTIONS = ['key', 'tokenKey', 'getToken', 'cookie', 'isRevoked', 'passthrough'];

/**
 * The middleware of koa-jwt 4, on a guard: the claims of a valid token are `ctx.state.user`, and a rejection is an
 * error with `status` 401 and the message `Authentication Error`. It accepts no token that koa-jwt rejects. The
 * principal is `ctx.state.auth`, as behind `requireAuth`.
 *
 * @throws TypeError if an option is unknown or invalid, or would accept what a guard does not accept. The guide about
 * koa-jwt names what replaces each.
 *
 * @example
 * const issuer = 'https://sso.example.com/';
 * const secret = createKeySet({ issuer });
 * const audience = 'https://api.example.com';
 * app.use(koaJwt({ secret, issuer, audience, algorithms: ['RS256'] }));
 */
export function koaJwt(options: KoaJwtOptions): Middleware {
  const { jwk, ...issuer } = parsePeerOptions('koaJwt', options, OWN_OPTIONS);
  const keys = jwk === undefined ? issuer.keys : createLocalKeySet(jwk);
  const verifier = createJwtVerifier({
    ...issuer,
    ...(keys && { keys }),
  } as Parameters<typeof createJwtVerifier>[0]);
  const authenticate = requireAuth(
    createGuard({ verifiers: [verifier], token: createTokenFinder(listPlaces(options)) }),
    { endpoints: 'by-route', denials: 'throw', optional: options.passthrough === true },
  );
  return async (ctx, next) => {
    const claims = await findClaims(() => authenticate(ctx, async () => {}), ctx);
    const token = claims && getRawToken(ctx)?.token;
    if (claims !== undefined && (await options.isRevoked?.(ctx, claims, token ?? ''))) {
      ctx.throw(401, 'Authentication Error', { originalError: new Error('Token revoked') });
    }
    ctx.state[options.key ?? 'user'] = claims;
    if (options.tokenKey !== undefined) ctx.state[options.tokenKey] = token;
    return next();
  };
}

function listPlaces({ getToken, cookie }: KoaJwtOptions): readonly TokenPlace[] {
  return [
    ...(getToken ? [(_: unknown, ctx: unknown) => getToken(ctx as Context) ?? undefined] : []),
    ...(cookie ? [{ cookie }] : []),
    { header: 'authorization' },
  ];
}

const MALFORMED = 'credentials_malformed';
const BAD_FORMAT = 'Bad Authorization header format. Format is "Authorization: Bearer <token>"';

/** @returns `undefined` without a token. */
async function findClaims(
  authenticate: () => Promise<unknown>,
  ctx: Context,
): Promise<object | undefined> {
  try {
    await authenticate();
  } catch (error) {
    if (error instanceof DenialError && (error.status === 401 || error.code === MALFORMED)) {
      const isFormat = error.code === MALFORMED || error.code === 'credentials_missing';
      const message = isFormat && ctx.get('authorization') ? BAD_FORMAT : 'Authentication Error';
      ctx.throw(401, message, { originalError: error });
    }
    throw error;
  }
  const principal: Principal = ctx.state['auth'];
  return principal === PUBLIC_PRINCIPAL ? undefined : principal.claims;
}
