import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkChoice, checkForm, checkName } from './check-values.js';
import { getMember } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface FirebaseOptions extends ProviderOptions {
  /** The ID of the project. */
  readonly projectId: string;
  /** The tenant of Identity Platform whose users are accepted. Default: only users that belong to no tenant. */
  readonly tenant?: string | undefined;
  /**
   * The claim that becomes the subject. Default `'sub'`, the user ID. With `'email'`, the address must be
   * verified, because everyone can sign up with the address of another person.
   */
  readonly subject?: 'sub' | 'email' | undefined;
}

/**
 * ID tokens of Firebase Authentication, which are what Firebase clients send to APIs:
 * {@link https://firebase.google.com/docs/auth/admin/verify-id-tokens Verify ID Tokens}.
 *
 * Anonymous users become `ANONYMOUS`: they reach only endpoints that allow it. The tokens have no scopes, so
 * endpoints must require `[]`, unless custom claims are mapped to scopes.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(firebase({ projectId: 'my-project' }));
 */
export function firebase(options: FirebaseOptions): JwtIssuer {
  checkOptions<FirebaseOptions>('firebase', options, {
    projectId: true,
    tenant: true,
    subject: true,
    ...PROVIDER_OPTIONS,
  });
  const { projectId, tenant, subject = 'sub' } = options;
  const form = 'the ID of a project, such as my-project';
  checkForm({ owner: 'firebase', name: 'projectId', form }, projectId, /^[a-z][a-z0-9-]*$/);
  if (tenant !== undefined) checkName('firebase', 'tenant', tenant);
  checkChoice({ owner: 'firebase', name: 'subject' }, subject, ['sub', 'email']);
  return buildIssuer('firebase', options, {
    issuer: `https://securetoken.google.com/${projectId}`,
    keySetUrl:
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    audience: projectId,
    algorithms: ['RS256'],
    subject: (claims) => claims[subject],
    permission: (claims) =>
      getMember(claims['firebase'], 'sign_in_provider') === 'anonymous' ? 'ANONYMOUS' : 'USER',
    refuseClaims: (claims) => {
      if (getMember(claims['firebase'], 'tenant') !== tenant) {
        return 'the user belongs to another tenant (firebase.tenant)';
      }
      return subject === 'email' && claims['email_verified'] !== true
        ? 'the e-mail address is not verified (email_verified)'
        : undefined;
    },
  });
}
