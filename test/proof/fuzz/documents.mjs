import { webcrypto } from 'node:crypto';
import { parseAcceptedOrigins } from '@mandate/client';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, createKeySet, createLocalKeySet } from '@mandate/core/jwt';
import { findKeyFault } from '@mandate/core/key-formats';
import { mutateJson, mutateText } from './mutate.mjs';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://api.example';
const { subtle } = webcrypto;

const toSegment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function createIssuer() {
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const rsa = await subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    true,
    ['sign', 'verify'],
  );
  const ec = {
    ...(await subtle.exportKey('jwk', pair.publicKey)),
    kid: 'a',
    alg: 'ES256',
    use: 'sig',
  };
  const other = {
    ...(await subtle.exportKey('jwk', rsa.publicKey)),
    kid: 'b',
    alg: 'RS256',
    use: 'sig',
  };
  const privateKeys = [
    await subtle.exportKey('jwk', pair.privateKey),
    await subtle.exportKey('jwk', rsa.privateKey),
  ];
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', iat: now, exp: now + 86_400 };
  const text = `${toSegment({ alg: 'ES256', typ: 'JWT', kid: 'a' })}.${toSegment(claims)}`;
  const bytes = await subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    pair.privateKey,
    Buffer.from(text),
  );
  const token = `${text}.${Buffer.from(bytes).toString('base64url')}`;
  return { keys: [ec, other], privateKeys, token };
}

/** Key sets as the issuer answers them, and with them the metadata that leads to them. */
export async function keySets() {
  const { keys, privateKeys, token } = await createIssuer();
  const seeds = [
    { keys },
    { keys: [keys[0]] },
    { keys: [...keys, ...privateKeys] },
    { keys: [keys[1], keys[0]] },
  ].map((set) => JSON.stringify(set));
  const metadata = JSON.stringify({
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/keys`,
    response_types_supported: ['code'],
  });
  const fragments = [
    ...[
      '"RSA"',
      '"EC"',
      '"OKP"',
      '"oct"',
      '"P-384"',
      '"enc"',
      '"ES384"',
      '"RS256"',
      '"none"',
      '"HS256"',
      '"AQAB"',
      '"AQ"',
      '"AAAA"',
    ],
    ...[
      `"${ISSUER}/other"`,
      '"http://127.0.0.1/"',
      '"file:///etc/passwd"',
      '"https://issuer.example@evil.example/"',
    ],
    JSON.stringify(keys[1].n),
  ];
  return {
    generate: (random) => ({
      set: mutateJson(random.pick(seeds), random, { fragments }),
      metadata: random.below(3) === 0 ? mutateJson(metadata, random, { fragments }) : metadata,
      isDiscovered: random.below(2) === 0,
    }),
    async run({ set, metadata, isDiscovered }) {
      const fetched = [];
      const keySet = createKeySet({
        ...(isDiscovered ? { issuer: ISSUER } : { url: `${ISSUER}/keys` }),
        fetch: async (url) => {
          fetched.push(url);
          return new Response(url.includes('/.well-known/') ? metadata : set, {
            headers: { 'content-type': 'application/json' },
          });
        },
        onFetch: null,
      });
      const guard = createGuard({
        verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: keySet })],
        onDecision: null,
      });
      const decision = await guard.authenticate({
        method: 'GET',
        path: '/',
        header: (name) => (name === 'authorization' ? `Bearer ${token}` : undefined),
      });
      // Without TLS, keys may come from this machine only.
      for (const url of fetched)
        if (!/^(?:https:|http:\/\/127\.0\.0\.1\/)/.test(url)) throw new Error(`fetched ${url}`);
      if (decision.allowed) {
        if (!set.includes(keys[0].x) || !set.includes(keys[0].y))
          throw new Error('verified without its key');
        return 'allowed';
      }
      const { code, status } = decision.error;
      if (typeof code !== 'string' || !(status >= 400 && status <= 503)) throw decision.error;
      return code;
    },
  };
}

/** Key sets that the application has, and what is said about them. */
export async function localKeySets() {
  const { keys, privateKeys } = await createIssuer();
  const seeds = [JSON.stringify({ keys }), JSON.stringify({ keys: [keys[0], ...privateKeys] })];
  return {
    generate: (random) => mutateJson(random.pick(seeds), random),
    async run(text) {
      let set;
      try {
        set = JSON.parse(text);
      } catch {
        return 'no JSON';
      }
      for (const key of Array.isArray(set?.keys) ? set.keys : []) {
        const fault = await findKeyFault(key);
        if (fault !== undefined && typeof fault !== 'string') throw new Error('a fault is a text');
      }
      try {
        createLocalKeySet(set);
        return 'created';
      } catch (error) {
        if (error?.constructor !== TypeError || !/createLocalKeySet/.test(error.message))
          throw error;
        return 'TypeError';
      }
    },
  };
}

/** Lists of origins in the grammar of `service-client-api.accepted-web-content-origins`. */
export async function originLists() {
  const seeds = [
    'https://a.example',
    'https://a.example (agent.*, auth.getJwtToken), http://b.example:8080',
    'service-client-api.accepted-web-content-origins = https://a.example(*)',
    '*',
    'capacitor://localhost, https://a.example',
  ];
  const fragments = [
    'https://',
    'http://',
    '*',
    '(',
    ')',
    ',',
    'auth.getJwtToken',
    'a.example',
    'null',
    '.example',
    '@',
    '#',
    '?',
    '/',
    '[::1]',
    ':443',
    'xn--',
    '.',
  ];
  const origins = [
    'https://a.example',
    'https://evil.example',
    'null',
    'https://a.example.evil.example',
    '',
  ];
  return {
    generate: (random) => mutateText(random.pick(seeds), random, { fragments, most: 4 }),
    run(text) {
      const { grants, error, allows } = parseAcceptedOrigins(text);
      if (error !== undefined) {
        if (grants.length > 0 || origins.some((origin) => allows(origin, 'agent.get')))
          throw new Error('an invalid text grants');
        return 'invalid';
      }
      const sensitive = origins.filter((origin) => allows(origin, 'auth.getJwtToken'));
      if (sensitive.length > 0 && !text.includes('auth.getJwtToken'))
        throw new Error(`granted the token to ${sensitive}`);
      const strangers = origins.slice(1).filter((origin) => allows(origin, 'agent.get'));
      for (const origin of strangers) {
        if (!text.includes('*') && (origin === '' || !text.toLowerCase().includes(origin)))
          throw new Error(`granted to ${origin}`);
      }
      return grants.length === 0 ? 'empty' : 'granted';
    },
  };
}
