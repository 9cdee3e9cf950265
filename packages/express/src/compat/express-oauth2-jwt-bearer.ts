import { createGuard, type Principal, PUBLIC_PRINCIPAL } from '@mandate/core';
import { createJwtVerifier, type JwtHeader, type JwtIssuer } from '@mandate/core/jwt';
import { getRawToken } from '@mandate/core/raw-token';
import type { Request, RequestHandler, Response } from 'express';
import type { AuthHandler } from '../auth-handler.js';
import { requireAuth } from '../require-auth.js';
import * as rules from '../route-rules.js';
import { toOAuth2Error } from './oauth2-error.js';
import { type AuthOptions, toIssuers } from './oauth2-options.js';
import { runHandler } from './run-handler.js';

export {
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  UnauthorizedError,
} from './oauth2-error.js';
export type { AuthOptions } from './oauth2-options.js';

/** What `req.auth` holds behind {@link auth}. */
export interface AuthResult {
  readonly header: JwtHeader;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly token: string;
}

/**
 * The middleware `auth` of express-oauth2-jwt-bearer 1, on a guard: `req.auth` has the payload, the header and the token,
 * and a rejection is an error with `status` and `headers` in the error handling. It accepts no token that the SDK
 * rejects.
 *
 * @throws TypeError if an option is unknown or invalid, or would accept what a guard does not accept. The guide about
 * express-oauth2-jwt-bearer names what replaces each.
 *
 * @example
 * app.use(auth({ issuerBaseURL: 'https://tenant.eu.auth0.com', audience: 'https://api.example.com' }));
 */
export function auth(options: AuthOptions): RequestHandler {
  const verifiers = [createJwtVerifier(toIssuers(options) as readonly JwtIssuer[])];
  return toHandler(
    requireAuth(createGuard({ verifiers }), {
      endpoints: 'by-route',
      denials: 'throw',
      optional: options.authRequired === false,
    }),
  );
}

/**
 * Requires all of the scopes: a text with spaces, or a list.
 * @example
 * app.get('/messages', requiredScopes('read:messages'), (_req, res) => res.json([]));
 */
export function requiredScopes(scopes: string | readonly string[]): RequestHandler {
  return toHandler(rules.requireScopes(...toList(scopes)));
}

/**
 * Requires one of the scopes.
 * @example
 * app.get('/messages', scopeIncludesAny('read:messages read:admin'), (_req, res) => res.json([]));
 */
export function scopeIncludesAny(scopes: string | readonly string[]): RequestHandler {
  return toHandler(rules.requireAnyScope(...toList(scopes)));
}

/**
 * Requires that the function returns `true` for the payload; the SDK accepts every truthy value.
 * @example
 * app.get('/admin', claimCheck(({ isAdmin }) => isAdmin === true), (_req, res) => res.json([]));
 */
export function claimCheck(check: (payload: AuthResult['payload']) => boolean): RequestHandler {
  return toHandler(
    rules.allowIf(({ claims }) => check(claims) === true || 'the claim check failed'),
  );
}

/**
 * Requires that a claim equals a value.
 * @example
 * app.get('/admin', claimEquals('isAdmin', true), (_req, res) => res.json([]));
 */
export function claimEquals(claim: string, expected: Primitive): RequestHandler {
  return claimCheck((payload) => Object.hasOwn(payload, claim) && payload[claim] === expected);
}

/**
 * Requires that a claim, a list or a text with spaces, has all of the values.
 * @example
 * app.get('/admin', claimIncludes('roles', 'admin', 'editor'), (_req, res) => res.json([]));
 */
export function claimIncludes(claim: string, ...expected: readonly Primitive[]): RequestHandler {
  return claimCheck((payload) => {
    const value = Object.hasOwn(payload, claim) ? payload[claim] : [];
    const values: unknown = typeof value === 'string' ? value.split(' ') : value;
    return Array.isArray(values) && expected.every((one) => values.includes(one));
  });
}

type Primitive = string | number | boolean | null;

function toList(scopes: string | readonly string[]): readonly string[] {
  return typeof scopes === 'string' ? scopes.split(' ') : scopes;
}

/** Runs a guard or a rule, which both attach the principal, and puts the result of the SDK in its place. */
function toHandler(handler: AuthHandler): RequestHandler {
  return (req, res, next) =>
    runHandler(handler, req, res)
      .then(() => attachResult(req, res))
      .then(
        () => next(),
        (error: unknown) => next(toOAuth2Error(error, req.headers.authorization)),
      );
}

function attachResult(req: Request, res: Response): void {
  const holder = req as unknown as { auth?: Principal | AuthResult };
  const { claims: payload } = holder.auth as Principal;
  const { header = {}, token = '' } = getRawToken(res.locals) ?? {};
  if (holder.auth === PUBLIC_PRINCIPAL) delete holder.auth;
  else holder.auth = { header, payload, token };
}
