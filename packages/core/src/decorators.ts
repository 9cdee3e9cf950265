import { declare, type EndpointDecorator } from './decorators/declared.js';
import type { EndpointKey } from './endpoints/endpoint.js';
import type { GroupRule } from './groups.js';

export type { EndpointDecorator } from './decorators/declared.js';
export {
  type ControllerEndpoints,
  type EndpointHandler,
  readEndpoints,
} from './decorators/read-endpoints.js';

/** The endpoint that the method answers: `@endpoint('GET /docs/:id')`. It also needs a rule. */
export function endpoint(key: EndpointKey): EndpointDecorator {
  return declare({ endpoint: key });
}

/** Requires all of the scopes. Without any, every valid token may pass. */
export function requireScopes(...scopes: readonly string[]): EndpointDecorator {
  return declare({ scopes });
}

/** Requires one of the scopes. It does not go with `requireScopes`. */
export function requireAnyScope(...scopes: readonly string[]): EndpointDecorator {
  return declare({ scopes: { anyOf: scopes } });
}

/** Requires membership of a group, or of the group that the request names. */
export function requireGroup(group: GroupRule): EndpointDecorator {
  return declare({ group });
}

/** Lets `ANONYMOUS` tokens use the endpoint. On its own it lets every valid token. */
export function allowAnonymous(): EndpointDecorator {
  return declare({ anonymous: true });
}

/** CompiledRule no token and looks at none. It goes with no other rule. */
export function isPublic(): EndpointDecorator {
  return declare({ public: true });
}
