import { checkOptions } from '@mandate/internal/check-options';
import type { JwtClaims } from '../claims.js';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkChoice, checkName, toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface GoogleOptions extends ProviderOptions {
  /** The client IDs of your applications, `….apps.googleusercontent.com`. */
  readonly clientIds: string | readonly string[];
  /**
   * The Google Workspace domain whose users are accepted (`hd`). Default: every Google account. The domain of
   * an e-mail address proves no membership.
   */
  readonly hostedDomain?: string | undefined;
  /**
   * The claim that becomes the subject. Default `'sub'`, which never changes. With `'email'`, the address
   * must be verified, and Google must be its authority: a Gmail address, or one of a Workspace account.
   */
  readonly subject?: 'sub' | 'email' | undefined;
}

/**
 * ID tokens of Sign in with Google, sent to an API of your own: {@link
 * https://developers.google.com/identity/gsi/web/guides/verify-google-id-token Verify the Google ID token on
 * your server side}.
 *
 * Google has no access tokens for other APIs. An ID token has no scopes, so endpoints must require `[]`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   google({ clientIds: ['1234567890-abc.apps.googleusercontent.com'], hostedDomain: 'example.com' }),
 * );
 */
export function google(options: GoogleOptions): JwtIssuer {
  checkOptions<GoogleOptions>('google', options, {
    clientIds: true,
    hostedDomain: true,
    subject: true,
    ...PROVIDER_OPTIONS,
  });
  const { hostedDomain, subject = 'sub' } = options;
  if (hostedDomain !== undefined) checkName('google', 'hostedDomain', hostedDomain);
  checkChoice({ owner: 'google', name: 'subject' }, subject, ['sub', 'email']);
  return buildIssuer('google', options, {
    // Google writes both spellings.
    issuer: ['https://accounts.google.com', 'accounts.google.com'],
    keySetUrl: 'https://www.googleapis.com/oauth2/v3/certs',
    audience: toNames('google', 'clientIds', options.clientIds),
    algorithms: ['RS256'],
    subject: (claims) => claims[subject],
    refuseClaims: (claims) => {
      if (hostedDomain !== undefined && claims['hd'] !== hostedDomain) {
        return 'the account belongs to another domain (hd)';
      }
      return subject === 'email' ? rejectEmail(claims) : undefined;
    },
  });
}

/** An address of another provider was verified once, and may have another owner today. */
function rejectEmail({ email, email_verified, hd }: JwtClaims): string | undefined {
  if (email_verified !== true) return 'the e-mail address is not verified (email_verified)';
  const isGmail = typeof email === 'string' && email.endsWith('@gmail.com');
  const isWorkspace = typeof hd === 'string' && hd !== '';
  return isGmail || isWorkspace ? undefined : 'Google is not the authority for the e-mail address';
}
