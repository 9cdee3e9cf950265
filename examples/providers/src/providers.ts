import { readFile } from 'node:fs/promises';
import type { TokenVerifier } from '@mandate/core';
import { createLocalKeySet, type JwtIssuer } from '@mandate/core/jwt';
import { toJwk } from '@mandate/core/key-formats';
import * as provider from '@mandate/core/providers';
import type { Settings } from './settings.js';

type Configured = JwtIssuer | TokenVerifier;

/** One line per provider: what its function needs, and the variables that this program takes it from. */
// biome-ignore format: one line per provider
export const PROVIDERS: Readonly<Record<string, (env: Settings) => Configured | Promise<Configured>>> = {
  adfs: (env) => provider.adfs({ host: env.one('ADFS_HOST'), audience: env.list('ADFS_AUDIENCE') }),
  apple: (env) => provider.apple({ clientIds: env.list('APPLE_CLIENT_IDS') }),
  auth0: (env) => provider.auth0({ domain: env.one('AUTH0_DOMAIN'), audience: env.list('AUTH0_AUDIENCE'), scopesFrom: env.one('AUTH0_SCOPES_FROM') as provider.Auth0Options['scopesFrom'] }),
  awsAlb: (env) => provider.createAwsAlbVerifier({ signers: env.list('AWS_ALB_SIGNERS'), issuer: env.one('AWS_ALB_ISSUER'), clientIds: env.list('AWS_ALB_CLIENT_IDS') }),
  azureB2c: (env) => provider.azureB2c({ tenantName: env.one('AZURE_B2C_TENANT_NAME'), tenantId: env.one('AZURE_B2C_TENANT_ID'), policy: env.one('AZURE_B2C_POLICY'), audience: env.list('AZURE_B2C_AUDIENCE') }),
  clerk: (env) => provider.clerk({ frontendApi: env.one('CLERK_FRONTEND_API'), authorizedParties: env.list('CLERK_AUTHORIZED_PARTIES') }),
  cloudflareAccess: (env) => provider.cloudflareAccess({ teamDomain: env.one('CLOUDFLARE_ACCESS_TEAM_DOMAIN'), audience: env.list('CLOUDFLARE_ACCESS_AUDIENCE') }),
  cognito: (env) => provider.cognito({ userPoolId: env.one('COGNITO_USER_POOL_ID'), clientIds: env.list('COGNITO_CLIENT_IDS') }),
  duende: (env) => provider.duende({ issuer: env.one('DUENDE_ISSUER'), audience: env.list('DUENDE_AUDIENCE') }),
  entra: (env) => provider.entra({ tenantId: env.one('ENTRA_TENANT_ID'), audience: env.list('ENTRA_AUDIENCE') }),
  entraAnyTenant: (env) => provider.entraAnyTenant({ tenants: env.list('ENTRA_ANY_TENANT_TENANTS'), audience: env.list('ENTRA_ANY_TENANT_AUDIENCE') }),
  firebase: (env) => provider.firebase({ projectId: env.one('FIREBASE_PROJECT_ID') }),
  githubActions: (env) => provider.githubActions({ audience: env.list('GITHUB_ACTIONS_AUDIENCE'), repositories: env.list('GITHUB_ACTIONS_REPOSITORIES') }),
  gitlabCi: (env) => provider.gitlabCi({ audience: env.list('GITLAB_CI_AUDIENCE'), projects: env.list('GITLAB_CI_PROJECTS') }),
  google: (env) => provider.google({ clientIds: env.list('GOOGLE_CLIENT_IDS'), hostedDomain: env.optional('GOOGLE_HOSTED_DOMAIN') }),
  googleIap: (env) => provider.googleIap({ audience: env.one('GOOGLE_IAP_AUDIENCE') }),
  hydra: (env) => provider.hydra({ issuer: env.one('HYDRA_ISSUER'), audience: env.list('HYDRA_AUDIENCE') }),
  keycloak: (env) => provider.keycloak({ url: env.one('KEYCLOAK_URL'), realm: env.one('KEYCLOAK_REALM'), client: env.one('KEYCLOAK_CLIENT') }),
  kubernetes: (env) => provider.kubernetes({ issuer: env.one('KUBERNETES_ISSUER'), audience: env.list('KUBERNETES_AUDIENCE'), serviceAccounts: env.list('KUBERNETES_SERVICE_ACCOUNTS') }),
  okta: (env) => provider.okta({ domain: env.one('OKTA_DOMAIN'), authorizationServer: env.one('OKTA_AUTHORIZATION_SERVER'), audience: env.list('OKTA_AUDIENCE') }),
  passport: async (env) => provider.passport({ clientIds: env.list('PASSPORT_CLIENT_IDS'), keys: await readPublicKey(env.one('PASSPORT_PUBLIC_KEY_FILE')) }),
  pingOne: (env) => provider.pingOne({ environmentId: env.one('PING_ONE_ENVIRONMENT_ID'), audience: env.list('PING_ONE_AUDIENCE'), host: env.optional('PING_ONE_HOST') }),
  salesforce: (env) => provider.salesforce({ domain: env.one('SALESFORCE_DOMAIN'), clientIds: env.list('SALESFORCE_CLIENT_IDS') }),
  slack: (env) => provider.slack({ clientIds: env.list('SLACK_CLIENT_IDS'), teams: env.list('SLACK_TEAMS') }),
  supabase: (env) => provider.supabase({ host: env.one('SUPABASE_HOST'), secret: env.optional('SUPABASE_SECRET') }),
  workos: (env) => provider.workos({ clientId: env.one('WORKOS_CLIENT_ID') }),
  zitadel: (env) => provider.zitadel({ domain: env.one('ZITADEL_DOMAIN'), projectId: env.one('ZITADEL_PROJECT_ID') }),
};

/** Where the token is, if it is not in `Authorization`. */
export const TOKEN_HEADERS: Readonly<Record<string, string>> = {
  awsAlb: 'x-amzn-oidc-data',
  cloudflareAccess: 'cf-access-jwt-assertion',
  googleIap: 'x-goog-iap-jwt-assertion',
};

async function readPublicKey(path: string): Promise<JwtIssuer['keys'] & {}> {
  if (path === '') return createLocalKeySet({ keys: [] });
  return createLocalKeySet(await toJwk(await readFile(path, 'utf8'), { algorithm: 'RS256' }));
}
