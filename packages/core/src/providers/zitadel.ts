import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm, checkHost } from './check-values.js';
import { getMember } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface ZitadelOptions extends ProviderOptions {
  /** The domain of the instance: `example-abc123.zitadel.cloud`. */
  readonly domain: string;
  /** The ID of the project of the API. It must be in `aud`, and only its roles become scopes. */
  readonly projectId: string;
  /** The organization in which the roles must be granted, by its ID. Default: any organization that has the project. */
  readonly organizationId?: string | undefined;
}

/**
 * JWT access tokens of ZITADEL:
 * {@link https://zitadel.com/docs/apis/openidoauth/claims Claims in ZITADEL}.
 *
 * Scopes are the roles of the project. ID tokens, which have the same audience, are rejected: only access tokens
 * have `jti`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   zitadel({ domain: 'example-abc123.zitadel.cloud', projectId: '69234230193872955' }),
 * );
 */
export function zitadel(options: ZitadelOptions): JwtIssuer {
  checkOptions<ZitadelOptions>('zitadel', options, {
    domain: true,
    projectId: true,
    organizationId: true,
    ...PROVIDER_OPTIONS,
  });
  const { domain, projectId, organizationId } = options;
  checkHost('zitadel', 'domain', domain);
  const form = 'an ID, which consists of digits';
  checkForm({ owner: 'zitadel', name: 'projectId', form }, projectId, /^\d+$/);
  if (organizationId !== undefined) {
    checkForm({ owner: 'zitadel', name: 'organizationId', form }, organizationId, /^\d+$/);
  }
  return buildIssuer('zitadel', options, {
    issuer: `https://${domain}`,
    keySetUrl: `https://${domain}/oauth/v2/keys`,
    audience: projectId,
    algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    // Each role is an object of the organizations in which it is granted.
    scopes: (claims) => {
      const roles = claims[`urn:zitadel:iam:org:project:${projectId}:roles`];
      if (typeof roles !== 'object' || roles === null) return [];
      return Object.keys(roles).filter(
        (role) =>
          organizationId === undefined ||
          getMember(getMember(roles, role), organizationId) !== undefined,
      );
    },
    refuseClaims: ({ jti }) =>
      jti === undefined ? 'the token has no "jti", so it is an ID token' : undefined,
  });
}
