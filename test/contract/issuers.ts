import { webcrypto } from 'node:crypto';
import type { Permission } from '@mandate/core';
import {
  createKeySet,
  createLocalKeySet,
  createTenantIssuer,
  type JsonWebKeyLike,
  type JwtIssuer,
} from '@mandate/core/jwt';
import {
  AUDIENCE,
  createSigningKey,
  fixtureKey,
  ISSUER,
  type SigningKey,
  toKeySet,
} from '../support/tokens.js';
import { ODD_ANSWERS } from './odd-answers.js';
import { NOW_MS } from './tokens.js';

/** Issues tokens signed with a shared secret. */
export const SECRET_ISSUER = 'https://secret.example';
export const SECRET = new TextEncoder().encode('a secret of at least thirty-two bytes');
/** Publishes {@link messyKeys}. */
export const MESSY_ISSUER = 'https://messy.example';
/** Issues no scopes. */
export const ALL_SCOPES_ISSUER = 'https://all.example';
/** Its tokens must follow RFC 9068 strictly. */
export const STRICT_ISSUER = 'https://strict.example';
/** Its tokens are rejected ten minutes after they were issued. */
export const AGED_ISSUER = 'https://aged.example';
/** Signs with RS256 only. */
export const RS256_ISSUER = 'https://rs256.example';
/** Maps claims of its own. */
export const MAPPED_ISSUER = 'https://mapped.example';
/** Its subject is mapped by an async function, which the types do not allow. */
export const ASYNC_ISSUER = 'https://async.example';
/** Its key server refuses connections. */
export const DOWN_ISSUER = 'https://down.example';

/** Has public keys and two secrets, one of which replaces the other. */
export const MIXED_ISSUER = 'https://mixed.example';
/** Asks a callback of the application, which answers as the claim `answer` says. */
export const REFUSING_ISSUER = 'https://refusing.example';

const publicKeys = toKeySet(
  ...(await Promise.all(
    (['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const).map(fixtureKey),
  )),
);

/** An RSA key that its issuer publishes without `alg` and `use`. */
export const anyRsaKey = await createSigningKey('RS256', 'any-rsa');

/** A key set with invalid and unusual keys. */
export const messy = {
  first: await createSigningKey('ES256', 'twin'),
  second: await createSigningKey('ES256', 'twin'),
  nameless: await createSigningKey('ES256', 'nameless'),
  rsa1024: await createSigningKey('RS256', 'rsa-1024', 1024),
  leaked: await createSigningKey('ES256', 'leaked'),
  forEncryption: await createSigningKey('ES256', 'for-encryption'),
  forSigning: await createSigningKey('ES256', 'for-signing'),
  numbered: await createSigningKey('ES256', 'numbered'),
};

/** Its modulus is valid, but anyone can "sign" for an exponent of 1. */
export const exponentOne = { ...anyRsaKey.publicJwk, e: 'AQ', kid: 'exponent-1', alg: undefined };

const messyKeys: readonly JsonWebKeyLike[] = [
  null as unknown as JsonWebKeyLike,
  'twin' as unknown as JsonWebKeyLike,
  {},
  { kty: 'oct', k: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', kid: 'twin' },
  { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA', kid: 'twin', alg: 'ES256' },
  { kty: 'EC', crv: 'P-256', kid: 'twin' },
  { kty: 'RSA', n: '!', e: 'AQAB', kid: 'twin' },
  messy.first.publicJwk,
  messy.second.publicJwk,
  { ...messy.nameless.publicJwk, kid: undefined },
  messy.rsa1024.publicJwk,
  exponentOne,
  { ...messy.leaked.publicJwk, d: await exportPrivatePart(messy.leaked) },
  { ...messy.forEncryption.publicJwk, use: 'enc' },
  { ...messy.forSigning.publicJwk, use: undefined, key_ops: ['sign'] },
  { ...messy.numbered.publicJwk, kid: 7 },
];

/** Keys of two algorithms under one `kid`, and secrets. */
export const mixed = {
  elliptic: await createSigningKey('ES256', 'shared'),
  rsa: await createSigningKey('RS256', 'shared'),
  secrets: [new Uint8Array(32).fill(3), new Uint8Array(32).fill(4)],
  publishedSecret: new Uint8Array(32).fill(5),
} as const;

/** A tenant that is accepted. */
export const TENANT = 'aaaaaaaa-2222-3333-4444-555555555555';
export const toTenantIssuer = (tenant: string) => `https://login.example/${tenant}/v2.0`;

/** As Entra ID publishes them: a key of every tenant, and one that signs only for another tenant. */
export const TENANT_KEYS = {
  ofEveryTenant: await createSigningKey('ES256', 'every-tenant'),
  ofOther: await createSigningKey('ES256', 'other-tenant'),
};

function createTenants(): JwtIssuer {
  const { ofEveryTenant, ofOther } = TENANT_KEYS;
  return {
    issuer: createTenantIssuer({
      template: 'https://login.example/{tid}/v2.0',
      tenants: [TENANT, 'tenant'],
    }),
    audience: AUDIENCE,
    keys: createLocalKeySet({
      keys: [
        { ...ofEveryTenant.publicJwk, issuer: toTenantIssuer('{tenantid}') },
        { ...ofOther.publicJwk, issuer: toTenantIssuer('99999999-8888-7777-6666-555555555555') },
      ],
    }),
  };
}

function createMixed(): JwtIssuer {
  const k = Buffer.from(mixed.publishedSecret).toString('base64url');
  return {
    issuer: MIXED_ISSUER,
    audience: AUDIENCE,
    keys: createLocalKeySet({
      keys: [
        mixed.elliptic.publicJwk,
        mixed.rsa.publicJwk,
        { kty: 'oct', k, kid: 'published', alg: 'HS256' } as JsonWebKeyLike,
      ],
    }),
    secret: [...mixed.secrets],
    algorithm: 'HS256',
  };
}

async function exportPrivatePart(key: SigningKey): Promise<unknown> {
  return (await webcrypto.subtle.exportKey('jwk', key.privateKey)).d;
}

const PERMISSIONS: readonly unknown[] = ['GLOBAL', 'USER', 'ANONYMOUS'];

/** The issuers that the API trusts. Created for each server, because they hold the state of key sets. */
export function createIssuers(): readonly JwtIssuer[] {
  const audience = [AUDIENCE, 'urn:second-name'];
  const ours = { audience, keys: publicKeys };
  return [
    {
      ...ours,
      issuer: ISSUER,
      permission: ({ permission }) =>
        PERMISSIONS.includes(permission) ? (permission as Permission) : 'USER',
    },
    { audience, issuer: SECRET_ISSUER, secret: SECRET, algorithm: 'HS256' },
    { audience, issuer: MESSY_ISSUER, keys: createLocalKeySet({ keys: messyKeys }) },
    { ...ours, issuer: ALL_SCOPES_ISSUER, scopes: 'all' },
    { ...ours, issuer: STRICT_ISSUER, strict: true },
    { ...ours, issuer: AGED_ISSUER, maxTokenAgeSeconds: 600 },
    {
      audience,
      issuer: RS256_ISSUER,
      keys: createLocalKeySet({ keys: [{ ...anyRsaKey.publicJwk, alg: undefined }] }),
      algorithms: ['RS256'],
    },
    {
      ...ours,
      issuer: MAPPED_ISSUER,
      subject: ({ email }) => email,
      scopes: ({ roles }) => (Array.isArray(roles) ? roles.map(String) : []),
      groups: ({ team }) => team,
    },
    { ...ours, issuer: ASYNC_ISSUER, subject: (async () => 'ada') as never },
    createTenants(),
    createMixed(),
    {
      ...ours,
      issuer: REFUSING_ISSUER,
      refuseClaims: ({ answer }) => ODD_ANSWERS[String(answer)]?.() as string,
    },
    { audience, issuer: DOWN_ISSUER, keys: createUnreachableKeySet() },
  ];
}

function createUnreachableKeySet() {
  return createKeySet({
    url: 'https://down.example/jwks.json',
    fetch: () => Promise.reject(new TypeError('fetch failed: ECONNREFUSED 10.0.0.7:443')),
    now: () => NOW_MS,
    random: () => 0,
  });
}
