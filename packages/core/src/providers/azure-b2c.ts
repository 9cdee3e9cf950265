import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm, checkHost, toNames, UUID } from './check-values.js';
import { rejectEntraToken, toEntraScopes } from './entra-claims.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface AzureB2cOptions extends ProviderOptions {
  /** The name of the tenant, `contoso` of `contoso.onmicrosoft.com`. */
  readonly tenantName: string;
  /** The Directory (tenant) ID, a UUID. */
  readonly tenantId: string;
  /** The user flow or policy whose tokens are accepted, `B2C_1_sign_in`. All policies of a tenant may share keys. */
  readonly policy: string;
  /** The Application (client) ID of the API. A list holds alternatives. */
  readonly audience: string | readonly string[];
  /**
   * The custom domain, if clients use it, because `iss` then names it: {@link
   * https://learn.microsoft.com/azure/active-directory-b2c/custom-domain Enable custom domains}. Default:
   * `b2clogin.com` below `tenantName`.
   */
  readonly domain?: string | undefined;
}

/**
 * Access tokens of Azure AD B2C:
 * {@link https://learn.microsoft.com/azure/active-directory-b2c/tokens-overview Overview of tokens in Azure Active Directory B2C}.
 *
 * Scopes are those of `scp`. The policy must be the one in `tfp` or `acr`. ID tokens are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   azureB2c({
 *     tenantName: 'contoso',
 *     tenantId: '775527ff-9a37-4307-8b3d-cc311f58d925',
 *     policy: 'B2C_1_sign_in',
 *     audience: '90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6',
 *   }),
 * );
 */
export function azureB2c(options: AzureB2cOptions): JwtIssuer {
  checkOptions<AzureB2cOptions>('azureB2c', options, {
    tenantName: true,
    tenantId: true,
    policy: true,
    audience: true,
    domain: true,
    ...PROVIDER_OPTIONS,
  });
  const { tenantName, policy } = options;
  const owner = 'azureB2c';
  const nameForm = 'the name of the tenant, such as contoso';
  checkForm({ owner, name: 'tenantName', form: nameForm }, tenantName, /^[a-z0-9]+$/i);
  checkForm({ owner, name: 'tenantId', form: 'the UUID of the tenant' }, options.tenantId, UUID);
  const tenantId = options.tenantId.toLowerCase();
  const policyForm = 'the name of a user flow or policy, such as B2C_1_sign_in';
  checkForm({ owner, name: 'policy', form: policyForm }, policy, /^B2C_1A?_\w[\w-]*$/i);
  const { domain = `${tenantName}.b2clogin.com` } = options;
  checkHost(owner, 'domain', domain);
  const host = `https://${domain}`;
  const wanted = policy.toLowerCase();
  return buildIssuer(owner, options, {
    // The second form is that of the compatibility setting "tfp".
    issuer: [`${host}/${tenantId}/v2.0/`, `${host}/tfp/${tenantId}/${wanted}/v2.0/`],
    keySetUrl: `${host}/${tenantName}.onmicrosoft.com/${wanted}/discovery/v2.0/keys`,
    audience: toNames(owner, 'audience', options.audience),
    algorithms: ['RS256'],
    scopes: toEntraScopes,
    refuseClaims: (claims) => {
      const named = claims['tfp'] ?? claims['acr'];
      return typeof named === 'string' && named.toLowerCase() === wanted
        ? rejectEntraToken(claims)
        : 'the token was issued by another policy (tfp, acr)';
    },
  });
}
