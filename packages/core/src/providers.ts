/** Well-known identity providers: each function converts what you know of yours to a `JwtIssuer`. */
export { type AppleOptions, apple } from './providers/apple.js';
export { type Auth0Options, auth0 } from './providers/auth0.js';
export { type ClerkOptions, clerk } from './providers/clerk.js';
export { type CloudflareAccessOptions, cloudflareAccess } from './providers/cloudflare-access.js';
export { type CognitoOptions, cognito } from './providers/cognito.js';
export { type EntraOptions, entra } from './providers/entra.js';
export { type EntraAnyTenantOptions, entraAnyTenant } from './providers/entra-any-tenant.js';
export { type FirebaseOptions, firebase } from './providers/firebase.js';
export { type GithubActionsOptions, githubActions } from './providers/github-actions.js';
export { type GitlabCiOptions, gitlabCi } from './providers/gitlab-ci.js';
export { type GoogleOptions, google } from './providers/google.js';
export { type GoogleIapOptions, googleIap } from './providers/google-iap.js';
export { type KeycloakOptions, keycloak } from './providers/keycloak.js';
export { type OktaOptions, okta } from './providers/okta.js';
export type { ProviderOptions } from './providers/provider-options.js';
export { type SlackOptions, slack } from './providers/slack.js';
export { type SupabaseOptions, supabase } from './providers/supabase.js';
export { type WorkosOptions, workos } from './providers/workos.js';
