import { declare, type EndpointDecorator } from './decorators/declared.js';
import type { EndpointKey } from './endpoints/endpoint.js';
import type { GroupRule } from './groups.js';
import type { StepUpRule } from './step-up-rule.js';

export {
  type ControllerEndpoints,
  collectEndpoints,
  type EndpointHandler,
} from './decorators/collect-endpoints.js';
export type { EndpointDecorator } from './decorators/declared.js';

/**
 * Declares the endpoint that a method answers: `@endpoint('GET /docs/:id')`. The method also needs a rule.
 *
 * @example
 * class Documents {
 *   @endpoint('GET /documents/:id') @requireScopes('DOCUMENTS') show() {}
 * }
 * const { endpoints } = collectEndpoints(Documents);
 */
export function endpoint(key: EndpointKey): EndpointDecorator {
  return declare({ endpoint: key });
}

/**
 * Requires all of the scopes. Without a scope, it allows every valid token.
 *
 * @example
 * class Documents {
 *   @endpoint('GET /documents') @requireScopes('DOCUMENTS') list() {}
 * }
 */
export function requireScopes(...scopes: readonly string[]): EndpointDecorator {
  return declare({ scopes });
}

/**
 * Requires one of the scopes. It cannot be combined with `requireScopes`.
 *
 * @example
 * class People {
 *   @endpoint('GET /people') @requireAnyScope('PEOPLE', 'ENTITIES') list() {}
 * }
 */
export function requireAnyScope(...scopes: readonly string[]): EndpointDecorator {
  return declare({ scopes: { anyOf: scopes } });
}

/**
 * Requires membership in a group, or in the group that the request names.
 *
 * @example
 * class Visitors {
 *   @endpoint('GET /groups/:id') @requireGroup({ path: 'id' }) list() {}
 * }
 */
export function requireGroup(group: GroupRule): EndpointDecorator {
  return declare({ group });
}

/**
 * Requires that the user has authenticated in one of the ways, or recently (RFC 9470). Without another rule, it allows
 * every such token.
 *
 * @example
 * class Payments {
 *   @endpoint('POST /payments') @requireStepUp({ maxAuthAgeSeconds: 300 }) pay() {}
 * }
 */
export function requireStepUp(stepUp: StepUpRule): EndpointDecorator {
  return declare({ stepUp });
}

/**
 * Allows `ANONYMOUS` tokens. Without another rule, it allows every valid token.
 *
 * @example
 * class Catalog {
 *   @endpoint('GET /catalog') @allowAnonymous() list() {}
 * }
 */
export function allowAnonymous(): EndpointDecorator {
  return declare({ anonymous: true });
}

/**
 * Requires no token, and ignores tokens. It cannot be combined with another rule.
 *
 * @example
 * class Health {
 *   @endpoint('GET /health') @isPublic() show() {}
 * }
 */
export function isPublic(): EndpointDecorator {
  return declare({ public: true });
}
