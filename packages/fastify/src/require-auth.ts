import type { Routing } from '@mandate/core';
import { type Guard, markGuard } from '@mandate/core';
import {
  type AdapterOptions,
  compileAdapterOptions,
  createRouteRules,
  findGuardedRequest,
  GUARDED_REQUEST,
  type RouteRules,
} from '@mandate/core/adapter';
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';
import { type AuthHook, toAuthHook, toRuleHook } from './auth-hook.js';
import { checkConfig, readsBody } from './config-rules.js';
import { decorateOnce } from './decorate-once.js';
import { FastifyAuthRequest, type FastifySettings, type Passed } from './fastify-auth-request.js';
import { getRouterOptions, toRouting } from './router-options.js';
import { decideAfterBody, decideBeforeBody } from './stages.js';

export interface RequireAuthOptions extends AdapterOptions<FastifyRequest> {
  /** How the router compares paths. Default: as its options `caseSensitive` and `ignoreTrailingSlash` say. */
  readonly routing?: Routing | undefined;
  /**
   * The property of the request that holds the principal. Default: `'auth'`, whose type comes from
   * `import '@mandate/fastify/typed-auth'`. Choose another property if another plugin decorates requests with `auth`.
   */
  readonly property?: string | undefined;
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: `request.ip`, which depends on
   * `trustProxy`. Without an address, such a token is rejected. Use a header such as `X-Forwarded-For` only if
   * your own proxy sets it.
   */
  readonly remoteAddress?: ((request: FastifyRequest) => string | undefined) | undefined;
}

/** A guard as a plugin, with the rules at routes. */
export type AuthPlugin<
  TokenClaims extends object,
  Scope extends string = string,
> = FastifyPluginCallback & RouteRules<AuthHook, TokenClaims, Scope>;

/**
 * Guards every route of the context that registers it, and of the contexts inside. An allowed request gets `request.auth`
 * (or `property`), a denied request is answered, and any other error goes to the error handler. It decides in `onRequest`,
 * before Fastify parses the body, and in `preHandler` about a group in the body. Register CORS before it, because preflight
 * requests have no token.
 *
 * The rules at routes are its methods, with the scopes and claims of the guard: a misspelt scope does not compile.
 * @throws TypeError if the guard or an option is invalid.
 *
 * @example
 * await app.register(requireAuth(guard));
 *
 * @example
 * const auth = requireAuth(guard, { endpoints: 'by-route' });
 * await app.register(auth);
 * app.post('/search', { preHandler: auth.requireScopes('SEARCH') }, () => []);
 */
export function requireAuth<TokenClaims extends object, Scope extends string>(
  guard: Guard<TokenClaims, Scope>,
  options: RequireAuthOptions = {},
): AuthPlugin<TokenClaims, Scope> {
  const compiled = compileAdapterOptions(guard, options, { ownOptions: ['property'] });
  const { property = 'auth' } = options;
  if (typeof property !== 'string' || !/^[A-Za-z_$][\w$]*$/.test(property)) {
    throw new TypeError('requireAuth: property must be an identifier, such as "principal"');
  }
  const hasBodyGroups = guard.endpoints.endpoints.some(
    ({ rule }) => rule !== 'public' && readsBody(rule),
  );
  const plugin: FastifyPluginCallback = (instance, _options, done) => {
    const router = getRouterOptions(instance);
    const { routing = toRouting(router) } = compiled;
    const { useSemicolonDelimiter, maxParamLength } = router;
    const ofRouter = { routing, useSemicolonDelimiter, maxParamLength };
    try {
      addHooks(instance, { ...compiled, ...ofRouter, property, hasBodyGroups });
      done();
    } catch (error) {
      // Fastify lets what a plugin throws end the process.
      done(error as Error);
    }
  };
  const rules = createRouteRules<AuthHook, Passed, TokenClaims, Scope>(toRuleHook, guard);
  return Object.assign(plugin, IN_THE_SAME_CONTEXT, rules);
}

/** What fastify-plugin sets, so that the hooks belong to the context that registers the plugin. */
const IN_THE_SAME_CONTEXT = {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@mandate/fastify',
  [Symbol.for('plugin-meta')]: { name: '@mandate/fastify', fastify: '5.x' },
};

function addHooks(instance: FastifyInstance, settings: FastifySettings): void {
  decorateOnce(instance, settings.property);
  decorateOnce(instance, GUARDED_REQUEST);
  const before = toAuthHook((request, reply) =>
    decideBeforeBody(new FastifyAuthRequest(request, reply, settings), request, settings),
  );
  const after = toAuthHook((request) => decideAfterBody(findOwn(request, settings)));
  instance.addHook('onRoute', ({ config }) => checkConfig(config, settings.endpoints));
  instance.addHook('onRequest', markGuard(before, settings));
  instance.addHook('preHandler', after);
}

/** Finds the request of this guard, which may not be the innermost one. */
function findOwn(request: FastifyRequest, settings: FastifySettings): FastifyAuthRequest {
  let guarded = findGuardedRequest(request) as FastifyAuthRequest | undefined;
  while (guarded !== undefined && guarded.settings !== settings) guarded = guarded.outer;
  if (guarded === undefined)
    throw new TypeError('requireAuth did not run before the body was parsed');
  return guarded;
}
