import { signToken, signWithSecret } from '../../support/tokens.js';
import { allowed, bearer, type Case, get, type Line } from '../case.js';
import {
  MIXED_ISSUER,
  mixed,
  REFUSING_ISSUER,
  TENANT,
  TENANT_KEYS,
  toTenantIssuer,
} from '../issuers.js';
import { claims, token } from '../tokens.js';

const ofMixed = claims({ iss: MIXED_ISSUER });
const [secret, next] = mixed.secrets;

/** Tokens that are accepted of the issuers whose hostile tokens have topics of their own. */
export const ISSUERS: readonly Case[] = [
  accepted(
    'an issuer with tenants',
    bearer(
      signToken(claims({ iss: toTenantIssuer(TENANT), tid: TENANT }), {
        key: TENANT_KEYS.ofEveryTenant,
      }),
    ),
  ),
  accepted(
    'the elliptic key under a kid that two keys share',
    bearer(signToken(ofMixed, { key: mixed.elliptic })),
  ),
  accepted(
    'the RSA key under a kid that two keys share',
    bearer(signToken(ofMixed, { key: mixed.rsa })),
  ),
  accepted('the secret beside keys', bearer(signWithSecret(ofMixed, secret))),
  accepted('the secret that replaces it', bearer(signWithSecret(ofMixed, next))),
  accepted('a server that introspects tokens', bearer('insp_good')),
  accepted(
    'an issuer whose refuseClaims returns undefined',
    bearer(token({ iss: REFUSING_ISSUER })),
  ),
];

function accepted(what: string, line: Line): Case {
  return {
    name: `A token is accepted of ${what}`,
    request: get('/me', line),
    expect: allowed('me'),
  };
}
