export { type Access, AccessMatrix, type AccessRow } from './access/access-matrix.js';
export { assertAccessFile } from './access/assert-access-file.js';
export { type DescribeAccessOptions, describeAccess } from './access/describe-access.js';
export type { Identity, IdentityOptions } from './access/identity.js';
export type { EndpointSource, ListedRoute } from './access/listed-endpoint.js';
export type { SampleRequest } from './access/sample-requests.js';
export type {
  CallbackApp,
  FetchApp,
  InjectApp,
  InjectedRequest,
  NodeListener,
  TestApp,
} from './app/test-app.js';
export {
  createTestClient,
  type TestClient,
  type TestRequestOptions,
} from './app/test-client.js';
export { assertAllowedFor, assertDenied } from './expect/assertions.js';
export type { DeniedSubject, InjectedAnswer, SupertestAnswer } from './expect/inspect-answer.js';
export type { TestAlgorithm } from './issuer/signing-key.js';
export { type StartedTestIssuer, startTestIssuer } from './issuer/start-test-issuer.js';
export type { TestClock } from './issuer/test-clock.js';
export { createTestIssuer, type TestIssuer, type TestIssuerOptions } from './issuer/test-issuer.js';
export type { TestTokenOptions } from './issuer/token-claims.js';
export { type DiffPoliciesOptions, diffPolicies } from './policies/diff-policies.js';
export { type EndpointChange, type IdentityChange, PolicyDiff } from './policies/policy-diff.js';
export type { PolicyIdentities } from './policies/policy-identities.js';
export type { StaticAccess } from './policies/static-access.js';
export { type PrincipalOptions, principal } from './principal.js';
export { createTestGuard, type TestGuard, type TestGuardOptions } from './test-guard.js';
export {
  createTestTokens,
  type IssuedTestTokenOptions,
  type TestTokens,
  type TestTokensOptions,
} from './test-tokens.js';
