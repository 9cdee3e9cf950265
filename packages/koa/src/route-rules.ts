import { createRouteRules, type RouteRules } from '@mandate/core/adapter';
import type { Middleware } from 'koa';
import type { AuthState } from './require-auth.js';

type Rules = RouteRules<Middleware<AuthState>>;

const rules: Rules = createRouteRules<Middleware<AuthState>, Promise<void>>(
  (step) => (ctx, next) => step(ctx, next),
);

/**
 * Requires all of the scopes at one route. Without a scope, it allows every valid token.
 * @throws TypeError if a scope is invalid, such as an empty name.
 *
 * @example
 * router.post('/search', requireScopes('SEARCH'), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const requireScopes: Rules['requireScopes'] = rules.requireScopes;

/**
 * Requires one of the scopes at one route.
 * @throws TypeError if there is no scope, or a scope is invalid.
 *
 * @example
 * router.get('/people', requireAnyScope('PEOPLE', 'ENTITIES'), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const requireAnyScope: Rules['requireAnyScope'] = rules.requireAnyScope;

/**
 * Requires membership in a group, or in the group that the request names, at one route.
 * @throws TypeError if the group rule is invalid, such as one without a place.
 *
 * @example
 * router.get('/groups/:groupid', requireGroup({ path: 'groupid' }), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const requireGroup: Rules['requireGroup'] = rules.requireGroup;

/**
 * Requires at one route that a claim of the token is one of the values, or a list that has one of them.
 * @throws TypeError if the name is empty, or there is no value.
 *
 * @example
 * router.get('/reports', requireClaim('plan', 'pro', 'team'), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const requireClaim: Rules['requireClaim'] = rules.requireClaim;

/**
 * Requires at one route that the user has authenticated in one of the ways (`acr`), or recently (`auth_time`); otherwise
 * 401 `insufficient_user_authentication` asks the client for it (RFC 9470).
 * @throws TypeError if it requires nothing, or an option is invalid.
 *
 * @example
 * router.post('/payments', requireStepUp({ acrValues: ['mfa'], maxAuthAgeSeconds: 300 }), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const requireStepUp: Rules['requireStepUp'] = rules.requireStepUp;

/**
 * Requires a condition of the application at one route: it returns `true`, or the reason to reject the request, which
 * only `onDecision` receives.
 * @throws TypeError if the condition is not a function.
 *
 * @example
 * const isVerified: AllowIf = ({ claims }) => claims['email_verified'] === true || 'not verified';
 * router.get('/account', allowIf(isVerified), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const allowIf: Rules['allowIf'] = rules.allowIf;

/**
 * Allows a request without a token at one route, as `PUBLIC_PRINCIPAL`. A token must be valid and have all of the scopes. It
 * needs `requireAuth(guard, { endpoints: 'by-route', optional: true })`.
 * @throws TypeError if a scope is invalid.
 *
 * @example
 * router.get('/news', optionalAuth(), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const optionalAuth: Rules['optionalAuth'] = rules.optionalAuth;

/**
 * Allows `ANONYMOUS` tokens at one route. Put it before the other rules of the route.
 *
 * It lasts for the rest of the request. If the route passes the request on to another route, the rules of
 * that route allow `ANONYMOUS` tokens too, so the route must answer.
 *
 * @example
 * router.get('/people', allowAnonymous(), requireScopes('PEOPLE'), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const allowAnonymous: Rules['allowAnonymous'] = rules.allowAnonymous;
