/** For adapters of hosts, and for verifiers with a cache. Applications do not need it. */

export { isPromise } from '@mandate/internal/maybe-promise';
export {
  type AdapterOptions,
  type AdapterSettings,
  compileAdapterOptions,
  type HostTraits,
} from './adapter/adapter-options.js';
export { DenialError } from './adapter/denial-error.js';
export { type Concluded, conclude, guardRequest } from './adapter/guard-request.js';
export { findGuardedRequest, GUARDED_REQUEST, GuardedRequest } from './adapter/guarded-request.js';
export { createRouteRules, type RouteRules, type RuleStep } from './adapter/route-rules.js';
export { toBodyKind } from './body.js';
export { BearerCredentials, toBearerCredentials } from './credentials.js';
export { compileRule } from './endpoints/compile-endpoint.js';
export { checkFetchHandler, isFetchMethod } from './fetch-handler.js';
export { toPath } from './to-path.js';
export { toQuery } from './to-query.js';
