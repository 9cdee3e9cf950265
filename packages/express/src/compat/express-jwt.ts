import { createGuard, type Principal, PUBLIC_PRINCIPAL } from '@mandate/core';
import {
  createJwtVerifier,
  createLocalKeySet,
  type JwtHeader,
  type KeySet,
} from '@mandate/core/jwt';
import { getRawToken } from '@mandate/core/raw-token';
import { createTokenFinder } from '@mandate/core/token-places';
import { type PeerJwtOptions, parsePeerOptions } from '@mandate/internal/peer-jwt-options';
import type { Request, RequestHandler, Response } from 'express';
import { requireAuth } from '../require-auth.js';
import { runHandler } from './run-handler.js';
import { toUnauthorizedError, UnauthorizedError } from './unauthorized-error.js';

export { UnauthorizedError } from './unauthorized-error.js';

/** A verified token as express-jwt passes it to `isRevoked`. */
export interface Jwt {
  readonly header: JwtHeader;
  readonly payload: object;
  readonly signature: string;
}

/** The options of express-jwt that have a counterpart. */
export interface ExpressJwtOptions extends PeerJwtOptions<KeySet> {
  /** Whether a request must have a token. Default `true`. A bad token is rejected in any case. */
  readonly credentialsRequired?: boolean | undefined;
  /** The property of the request that holds the claims. Default `'auth'`. */
  readonly requestProperty?: string | undefined;
  /** Reads the token from elsewhere. Default: the `Authorization` header. */
  readonly getToken?:
    | ((req: Request) => string | undefined | Promise<string | undefined>)
    | undefined;
  /** Whether a verified token has been revoked. */
  readonly isRevoked?: ((req: Request, token: Jwt) => boolean | Promise<boolean>) | undefined;
}

const OWN_OPTIONS = ['credentialsRequired', 'requestProperty', 'getToken', 'isRevoked'];

/**
 * The middleware of express-jwt 8, on a guard: the claims of a valid token are `req.auth`, and a rejection is an
 * {@link UnauthorizedError} in the error handling. It accepts no token that express-jwt rejects.
 *
 * @throws TypeError if an option is unknown or invalid, or would accept what a guard does not accept. The guide about
 * express-jwt names what replaces each.
 *
 * @example
 * const issuer = 'https://sso.example.com/';
 * const secret = createKeySet({ issuer });
 * const audience = 'https://api.example.com';
 * app.use(expressjwt({ secret, issuer, audience, algorithms: ['RS256'] }));
 */
export function expressjwt(options: ExpressJwtOptions): RequestHandler {
  const { jwk, ...issuer } = parsePeerOptions('expressjwt', options, OWN_OPTIONS);
  const keys = jwk === undefined ? issuer.keys : createLocalKeySet(jwk);
  const verifier = createJwtVerifier({
    ...issuer,
    ...(keys && { keys }),
  } as Parameters<typeof createJwtVerifier>[0]);
  const { getToken, isRevoked, credentialsRequired = true, requestProperty = 'auth' } = options;
  const token = getToken && createTokenFinder([(_request, req) => getToken(req as Request)]);
  const authenticate = requireAuth(createGuard({ verifiers: [verifier], token }), {
    endpoints: 'by-route',
    denials: 'throw',
    optional: !credentialsRequired,
    property: requestProperty,
  });
  const decide = async (req: Request, res: Response): Promise<void> => {
    await runHandler(authenticate, req, res).catch((error: unknown) => {
      throw toUnauthorizedError(error, getToken ? undefined : req.headers.authorization);
    });
    const claims = replacePrincipal(req, requestProperty);
    if (claims === undefined || !(await isRevoked?.(req, toJwt(res, claims)))) return;
    throw new UnauthorizedError('revoked_token', { message: 'The token has been revoked.' });
  };
  return (req, res, next) => {
    if (isPreflight(req)) next();
    else decide(req, res).then(() => next(), next);
  };
}

/** Browsers ask without a token whether they may send one. */
function isPreflight({ method, headers }: Request): boolean {
  const asked = headers['access-control-request-headers']?.toLowerCase().split(',') ?? [];
  return method === 'OPTIONS' && asked.some((name) => name.trim() === 'authorization');
}

/** @returns the claims; `undefined` without a token. */
function replacePrincipal(req: Request, property: string): object | undefined {
  const holder = req as unknown as Record<string, Principal | object | undefined>;
  const principal = holder[property] as Principal;
  holder[property] = principal === PUBLIC_PRINCIPAL ? undefined : principal.claims;
  return holder[property];
}

function toJwt(res: Response, payload: object): Jwt {
  const { token = '', header = {} } = getRawToken(res.locals) ?? {};
  return { header, payload, signature: token.slice(token.lastIndexOf('.') + 1) };
}
