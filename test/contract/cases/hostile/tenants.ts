import { type SigningKey, signToken } from '../../../support/tokens.js';
import { bearer, type Case, get, rejected } from '../../case.js';
import { TENANT, TENANT_KEYS, toTenantIssuer } from '../../issuers.js';
import { claims } from '../../tokens.js';

const OTHER = '99999999-8888-7777-6666-555555555555';
const { ofEveryTenant, ofOther } = TENANT_KEYS;

/** Tokens of an issuer whose tenants have names of their own, and of which two are accepted. */
export const HOSTILE_TENANTS: readonly Case[] = [
  ...(
    [
      ['a tenant that is not accepted', OTHER, OTHER],
      ['the tenant of another in tid', TENANT, OTHER],
      ['the tenant of another in iss', OTHER, TENANT],
      ['the tenant in upper case', TENANT.toUpperCase(), TENANT.toUpperCase()],
      ['the tenant in upper case in iss alone', TENANT.toUpperCase(), TENANT],
      ['no tid', TENANT, undefined],
      ['a tid that is null', TENANT, null],
      ['an empty tid', TENANT, ''],
      ['a tid that is a list', TENANT, [TENANT]],
      ['a tid that is an object', TENANT, { tid: TENANT }],
      ['a tid that is true', TENANT, true],
      ['a tid with a space', TENANT, `${TENANT} `],
      ['an empty tenant on both sides', '', ''],
      ['a slash on both sides', `${TENANT}/`, `${TENANT}/`],
      ['a path on both sides', `${OTHER}/../${TENANT}`, `${OTHER}/../${TENANT}`],
      ['an encoded slash on both sides', `${OTHER}%2f${TENANT}`, `${OTHER}%2f${TENANT}`],
      ['a query on both sides', `${TENANT}?`, `${TENANT}?`],
      ['a fragment on both sides', `${TENANT}#`, `${TENANT}#`],
      ['a user on both sides', `a@${TENANT}`, `a@${TENANT}`],
      ['the placeholder of the template', '{tid}', '{tid}'],
      ['the placeholder of the keys', '{tenantid}', '{tenantid}'],
      ['a pattern', '.*', '.*'],
      ['the word any', 'any', 'any'],
      ['the word common', 'common', 'common'],
      ['an inherited property', '__proto__', '__proto__'],
      ['a constructor', 'constructor', 'constructor'],
      ['a tenant of 129 characters', 'a'.repeat(129), 'a'.repeat(129)],
      ['a line break', `${TENANT}\n`, `${TENANT}\n`],
      ['a NUL', `${TENANT}\0`, `${TENANT}\0`],
      ['letters that only look alike', 'tenаnt', 'tenаnt'],
    ] as const
  ).map(([what, inIssuer, tid]) => toCase(what, { iss: toTenantIssuer(inIssuer), tid })),
  ...[
    `http://login.example/${TENANT}/v2.0`,
    `https://login.example:443/${TENANT}/v2.0`,
    `https://LOGIN.example/${TENANT}/v2.0`,
    `https://login.example./${TENANT}/v2.0`,
    `https://login.example/${TENANT}/v2.0/`,
    `https://login.example/${TENANT}/v1.0`,
    `https://login.example/${TENANT}`,
    `https://login.example//${TENANT}/v2.0`,
    `https://evil.example/https://login.example/${TENANT}/v2.0`,
    `https://login.example/${TENANT}/v2.0?x=/v2.0`,
    ` https://login.example/${TENANT}/v2.0`,
  ].map((iss) => toCase(`the issuer ${JSON.stringify(iss)}`, { iss, tid: TENANT })),
  toCase('the key of another tenant', { iss: toTenantIssuer(TENANT), tid: TENANT }, ofOther),
  toCase(
    'a key under the kid of another',
    { iss: toTenantIssuer(TENANT), tid: TENANT },
    {
      ...ofOther,
      kid: ofEveryTenant.kid,
    },
  ),
];

function toCase(
  what: string,
  changes: Readonly<Record<string, unknown>>,
  key: SigningKey = ofEveryTenant,
): Case {
  return {
    name: `Hostile tenant: ${what}`,
    request: get('/me', bearer(signToken(claims(changes), { key }))),
    expect: rejected('token_invalid'),
  };
}
