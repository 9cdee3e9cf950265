/** For adapters of hosts. Applications do not need it. */

export { isPromise } from '@mandate/internal/maybe-promise';
export { toBodyKind } from './body.js';
export { checkRouting } from './check-routing.js';
export { BearerCredentials, toBearerCredentials } from './credentials.js';
export {
  type EncodedSlashOption,
  toAllowEncodedSlash,
} from './endpoints/encoded-slash-option.js';
export { compileRule } from './endpoints/endpoint.js';
export { checkFetchHandler, isFetchMethod } from './fetch-handler.js';
export {
  compileRouteRule,
  findAuthRequest,
  type GuardedRequest,
  getAuthRequest,
  setAuthRequest,
} from './routes/guarded-request.js';
export { createRouteRules, type RouteRules } from './routes/route-rule.js';
export { toPath } from './to-path.js';
export { toQuery } from './to-query.js';
