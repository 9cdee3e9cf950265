/** Well-known identity providers: each function converts what you know of yours to a `JwtIssuer`. */
export { type Auth0Options, auth0 } from './providers/auth0.js';
export { type CognitoOptions, cognito } from './providers/cognito.js';
export { type EntraOptions, entra } from './providers/entra.js';
export { type EntraAnyTenantOptions, entraAnyTenant } from './providers/entra-any-tenant.js';
export { type KeycloakOptions, keycloak } from './providers/keycloak.js';
export { type OktaOptions, okta } from './providers/okta.js';
export type { ProviderOptions } from './providers/provider-options.js';
