/** Well-known identity providers: each function converts what you know of yours to a `JwtIssuer`. */

export { type AdfsOptions, adfs } from './providers/adfs.js';
export { type AppleOptions, apple } from './providers/apple.js';
export { type Auth0Options, auth0 } from './providers/auth0.js';
export { type AzureB2cOptions, azureB2c } from './providers/azure-b2c.js';
export { type ClerkOptions, clerk } from './providers/clerk.js';
export { type CloudflareAccessOptions, cloudflareAccess } from './providers/cloudflare-access.js';
export { type CognitoOptions, cognito } from './providers/cognito.js';
export { type DuendeOptions, duende } from './providers/duende.js';
export { type EntraOptions, entra } from './providers/entra.js';
export { type EntraAnyTenantOptions, entraAnyTenant } from './providers/entra-any-tenant.js';
export { type FirebaseOptions, firebase } from './providers/firebase.js';
export { type GithubActionsOptions, githubActions } from './providers/github-actions.js';
export { type GitlabCiOptions, gitlabCi } from './providers/gitlab-ci.js';
export { type GoogleOptions, google } from './providers/google.js';
export { type GoogleIapOptions, googleIap } from './providers/google-iap.js';
export { type HydraOptions, hydra } from './providers/hydra.js';
export { type KeycloakOptions, keycloak } from './providers/keycloak.js';
export { type KubernetesOptions, kubernetes } from './providers/kubernetes.js';
export { type OktaOptions, okta } from './providers/okta.js';
export { type PassportOptions, passport } from './providers/passport.js';
export { type PingOneOptions, pingOne } from './providers/ping-one.js';
export type { ProviderOptions } from './providers/provider-options.js';
export { type SalesforceOptions, salesforce } from './providers/salesforce.js';
export { type SlackOptions, slack } from './providers/slack.js';
export { type SupabaseOptions, supabase } from './providers/supabase.js';
export { type WorkosOptions, workos } from './providers/workos.js';
export { type ZitadelOptions, zitadel } from './providers/zitadel.js';
