export type { ActAsOptions } from './act-as.js';
export { type AllowIf, hasClaim } from './allow-if.js';
export {
  AUTH_ERRORS,
  AuthError,
  type AuthErrorCode,
  type AuthErrorOptions,
  type OAuthErrorCode,
  type RefusalDetails,
} from './auth-error.js';
export type { AuthRequest, Routing } from './auth-request.js';
export type { Claims, ClaimValue, NoClaims } from './claims.js';
export type { Credentials } from './credentials.js';
export type { Allowed, Decision, DecisionEvent, Denied } from './decision.js';
export {
  createChallengeWriter,
  type Denial,
  type DenialChange,
  type RenderDenial,
  toDenialHeaders,
} from './denial.js';
export type {
  CompiledRule,
  Endpoint,
  EndpointKey,
  EndpointMap,
  EndpointRule,
  Method,
} from './endpoints/endpoint.js';
export type { EndpointTable } from './endpoints/endpoint-table.js';
export type { FetchContext, FetchHandler } from './fetch-handler.js';
export type { CredentialsOptions, TokenFinder } from './find-credentials.js';
export type { AnyGroup, GroupBinding, GroupRule } from './groups.js';
export {
  type AuthenticateOptions,
  createGuard,
  type Explained,
  type Explanation,
  type Guard,
  type PrincipalOf,
} from './guard.js';
export type { GuardOptions } from './guard-options.js';
export { type Actor, type Permission, type Principal, PUBLIC_PRINCIPAL } from './principal.js';
export { type GuardMark, markGuard, markRouteRule } from './routes/route-marks.js';
export type { NormalizeScope, ScopeRequirement } from './scopes.js';
export type { StepUpRule } from './step-up-rule.js';
export type { TokenVerifier, VerifierHealth } from './verifier.js';
