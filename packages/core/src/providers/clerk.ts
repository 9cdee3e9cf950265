import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm, checkHost, toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface ClerkOptions extends ProviderOptions {
  /** The host of the Frontend API URL: `clerk.example.com`, in development `….clerk.accounts.dev`. */
  readonly frontendApi: string;
  /**
   * The origins of the pages whose tokens are accepted (`azp`): `https://app.example.com`. Session tokens
   * have no `aud`, so without this an application on a sibling domain could use the session.
   */
  readonly authorizedParties: string | readonly string[];
}

/**
 * Session tokens of Clerk, versions 1 and 2:
 * {@link https://clerk.com/docs/guides/sessions/manual-jwt-verification Manual JWT verification}.
 *
 * Pending sessions (`sts`) and tokens of JWT templates, which belong to no session, are rejected. The tokens
 * have no scopes, so endpoints must require `[]`, unless permissions of the organization are mapped to
 * scopes.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   clerk({ frontendApi: 'clerk.example.com', authorizedParties: ['https://app.example.com'] }),
 * );
 */
export function clerk(options: ClerkOptions): JwtIssuer {
  checkOptions<ClerkOptions>('clerk', options, {
    frontendApi: true,
    authorizedParties: true,
    ...PROVIDER_OPTIONS,
  });
  const { frontendApi } = options;
  checkHost('clerk', 'frontendApi', frontendApi);
  const parties = new Set(toNames('clerk', 'authorizedParties', options.authorizedParties));
  const form = 'origins without a path, such as https://app.example.com';
  for (const party of parties) {
    checkForm({ owner: 'clerk', name: 'authorizedParties', form }, party, /^[a-z-]+:\/\/[^\s/]+$/);
  }
  return buildIssuer('clerk', options, {
    issuer: `https://${frontendApi}`,
    keySetUrl: `https://${frontendApi}/.well-known/jwks.json`,
    audience: null,
    algorithms: ['RS256'],
    refuseClaims: ({ azp, sid, sts }) => {
      if (!parties.has(azp as string)) return 'the token was issued to another party (azp)';
      if (sid === undefined) return 'the token belongs to no session (sid)';
      return sts === undefined || sts === 'active' ? undefined : 'the session is pending (sts)';
    },
  });
}
