import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm, toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface CognitoOptions extends ProviderOptions {
  /** The ID of the user pool, `eu-west-1_aBcDeFgHi`, which begins with its region. */
  readonly userPoolId: string;
  /**
   * The IDs of the app clients whose tokens are accepted. Access tokens have no `aud`, so without this any app
   * client of the pool could use the API.
   */
  readonly clientIds: string | readonly string[];
}

const USER_POOL_ID = /^([a-z]{2,}(?:-[a-z]+)+-\d)_[A-Za-z0-9]+$/;

/**
 * Access tokens of an Amazon Cognito user pool: {@link
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * Understanding the access token}.
 *
 * `token_use` must be `access`, so ID tokens are rejected. Groups are those of `cognito:groups`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   cognito({ userPoolId: 'eu-west-1_aBcDeFgHi', clientIds: ['1example23456789'] }),
 * );
 */
export function cognito(options: CognitoOptions): JwtIssuer {
  checkOptions<CognitoOptions>('cognito', options, {
    userPoolId: true,
    clientIds: true,
    ...PROVIDER_OPTIONS,
  });
  const { userPoolId } = options;
  const form = 'the ID of a user pool, such as eu-west-1_aBcDeFgHi';
  checkForm({ owner: 'cognito', name: 'userPoolId', form }, userPoolId, USER_POOL_ID);
  const [region] = userPoolId.split('_');
  const dns = region?.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const issuer = `https://cognito-idp.${region}.${dns}/${userPoolId}`;
  return buildIssuer('cognito', options, {
    issuer,
    keySetUrl: `${issuer}/.well-known/jwks.json`,
    audience: null,
    clientIds: toNames('cognito', 'clientIds', options.clientIds),
    algorithms: ['RS256'],
    groups: (claims) => claims['cognito:groups'],
    refuseClaims: ({ token_use }) =>
      token_use === 'access'
        ? undefined
        : '"token_use" is not "access", so it is not an access token',
  });
}
