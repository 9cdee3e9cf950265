import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface PassportOptions extends ProviderOptions {
  /** `storage/oauth-public.key`: `createLocalKeySet(await toJwk(pem, { algorithm: 'RS256' }))`. */
  readonly keys: NonNullable<JwtIssuer['keys']>;
  /** The IDs of the clients whose tokens are accepted. `aud` is the client, and there is no `iss`. */
  readonly clientIds: string | readonly string[];
}

/**
 * Access tokens of Laravel Passport, and of other servers on league/oauth2-server:
 * {@link https://laravel.com/docs/passport Laravel Passport}.
 *
 * The subject of a token without a user is its client, as `client:ID`, because IDs of clients and of users may be the
 * same numbers. Scopes are those of `scopes`; the scope `*` is not expanded. Revocation is in Passport's database, so a
 * revoked token is valid until it expires.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const pem = await readFile('oauth-public.key', 'utf8');
 * const keys = createLocalKeySet(await toJwk(pem, { algorithm: 'RS256' }));
 * const verifier = createJwtVerifier(passport({ keys, clientIds: ['3'] }));
 */
export function passport(options: PassportOptions): JwtIssuer {
  checkOptions<PassportOptions>('passport', options, { clientIds: true, ...PROVIDER_OPTIONS });
  if (options.keys === undefined) {
    throw new TypeError('passport: keys are required, because Passport does not publish them');
  }
  return buildIssuer('passport', options, {
    issuer: null,
    audience: toNames('passport', 'clientIds', options.clientIds),
    algorithms: ['RS256'],
    // Version 9 of league/oauth2-server writes the client in `sub`, earlier ones leave it empty.
    subject: ({ sub, aud }) => {
      const [client] = [aud].flat();
      return sub === '' || sub === client ? `client:${client}` : sub;
    },
    scopes: ({ scopes }) => scopes ?? [],
    refuseClaims: ({ iss, aud, sub }) => {
      if (iss !== undefined) return 'the token names an issuer, so it is not one of Passport';
      const [client, ...others] = [aud].flat();
      if (others.length > 0) return 'the token is for several clients';
      return sub === client && /^\d+$/.test(sub as string)
        ? '"sub" is the number of the client, which may be that of a user as well'
        : undefined;
    },
  });
}
