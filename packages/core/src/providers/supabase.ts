import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkHost, checkName } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface SupabaseOptions extends ProviderOptions {
  /**
   * The host of the project, `abcdefghijklmnopqrst.supabase.co`, or its custom domain if tokens name that
   * one.
   */
  readonly host: string;
  /**
   * The legacy JWT secret, as long as the project still signs with it (HS256). The published keys are
   * accepted beside it. Everyone who knows it can issue tokens, so prefer signing keys. Default: none.
   */
  readonly secret?: string | undefined;
}

/**
 * Access tokens of Supabase Auth:
 * {@link https://supabase.com/docs/guides/auth/jwt-fields JWT Claims Reference}.
 *
 * The `anon` and `service_role` keys of the project, which the same secret signs, are rejected. Users who
 * signed in anonymously become `ANONYMOUS`. The tokens have no scopes, so endpoints must require `[]`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(supabase({ host: 'abcdefghijklmnopqrst.supabase.co' }));
 */
export function supabase(options: SupabaseOptions): JwtIssuer {
  checkOptions<SupabaseOptions>('supabase', options, {
    host: true,
    secret: true,
    ...PROVIDER_OPTIONS,
  });
  const { host, secret } = options;
  checkHost('supabase', 'host', host);
  if (secret !== undefined) checkName('supabase', 'secret', secret);
  const issuer = `https://${host}/auth/v1`;
  return buildIssuer('supabase', options, {
    issuer,
    keySetUrl: `${issuer}/.well-known/jwks.json`,
    ...(secret !== undefined && {
      secret: new TextEncoder().encode(secret),
      algorithm: 'HS256',
    }),
    audience: 'authenticated',
    algorithms: ['RS256', 'ES256', 'EdDSA'],
    permission: ({ is_anonymous }) => (is_anonymous === true ? 'ANONYMOUS' : 'USER'),
    refuseClaims: ({ role, session_id }) => {
      if (role !== 'authenticated') return '"role" is not "authenticated"';
      return session_id === undefined ? 'the token belongs to no session (session_id)' : undefined;
    },
  });
}
