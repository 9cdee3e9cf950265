import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkHost, toNames } from './check-values.js';
import { toScopeList } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface SalesforceOptions extends ProviderOptions {
  /** The My Domain of the org: `example.my.salesforce.com`. */
  readonly domain: string;
  /** The consumer keys of the apps whose tokens are accepted. `aud` names Salesforce itself. */
  readonly clientIds: string | readonly string[];
  /** The accepted `aud`. Default: the URL of `domain`. */
  readonly audience?: string | readonly string[] | undefined;
}

const OPTIONS: OptionNames<SalesforceOptions> = {
  domain: true,
  clientIds: true,
  audience: true,
  ...PROVIDER_OPTIONS,
};

/**
 * JWT-based access tokens of Salesforce:
 * {@link https://help.salesforce.com/s/articleView?id=xcloud.jwt_access_tokens.htm JWT-Based Access Tokens}.
 *
 * Scopes are those of `scp`. ID tokens are rejected, because they name no client in
 * `client_id`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   salesforce({ domain: 'example.my.salesforce.com', clientIds: ['3MVG9AOp4kbriZOLEXAMPLE'] }),
 * );
 */
export function salesforce(options: SalesforceOptions): JwtIssuer {
  checkOptions<SalesforceOptions>('salesforce', options, OPTIONS);
  const { domain } = options;
  checkHost('salesforce', 'domain', domain);
  const issuer = `https://${domain}`;
  return buildIssuer('salesforce', options, {
    issuer,
    keySetUrl: `${issuer}/id/keys`,
    audience: toNames('salesforce', 'audience', options.audience ?? issuer),
    clientIds: toNames('salesforce', 'clientIds', options.clientIds),
    algorithms: ['RS256'],
    scopes: ({ scp }) => toScopeList(scp),
  });
}
