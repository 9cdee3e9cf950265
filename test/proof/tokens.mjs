import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, createLocalKeySet } from '@mandate/core/jwt';
import { createVerifier } from 'fast-jwt';
import { jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { createRandom } from './random.mjs';
import { MUTATIONS } from './token-mutations.mjs';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://api.example';
const SECRET = Buffer.from('a secret of at least thirty-two bytes');
/** No input may keep the event loop longer. */
const MAX_STALL_MS = 20;

/**
 * Mutated tokens, signed after the mutation, judged by Mandate and others.
 * @returns counts, the longest decision, and every difference without a reason.
 */
export async function judgeTokens({ profile = 'HS256', count, seed }) {
  const random = createRandom(seed);
  const { template, createJudges } = PROFILES[profile];
  const { mandate: judge, ...others } = createJudges();
  const result = {
    count,
    seed,
    allowed: 0,
    faults: [],
    unexplained: [],
    differences: {},
    longestMs: 0,
  };
  for (let i = 0; i < count; i++) {
    const { token, applied } = createToken(template, random);
    const { mandate, ms } = await timeDecision(judge, token);
    result.longestMs = Math.max(result.longestMs, ms);
    if (mandate.fault !== undefined) result.faults.push({ token, fault: String(mandate.fault) });
    if (mandate.allowed) result.allowed++;
    for (const [name, accepts] of Object.entries(others)) {
      const allowed = await accepts(token);
      if (allowed !== mandate.allowed) compare(result, { name, allowed, token, applied });
    }
  }
  return result;
}

/** A slow decision is repeated: what the token causes is slow each time, and what the machine does is not. */
async function timeDecision(decide, token) {
  let ms = Number.POSITIVE_INFINITY;
  let mandate;
  for (let i = 0; i < 4 && ms >= MAX_STALL_MS; i++) {
    const startedAt = performance.now();
    mandate = await decide(token);
    ms = Math.min(ms, performance.now() - startedAt);
  }
  return { mandate, ms };
}

/** Mandate may be stricter where a mutation says why, and never accepts what jose rejects. */
function compare(result, { name, allowed, token, applied }) {
  const stricter = applied.filter((one) => one.stricter !== undefined);
  const key = allowed ? `only ${name} accepts` : `only Mandate accepts, not ${name}`;
  const isExplained = allowed ? stricter.length > 0 : name === 'fastJwt';
  if (!isExplained)
    result.unexplained.push({ key, token, applied: applied.map((one) => one.name) });
  const reason = `${key}: ${applied.map((one) => one.name).join(' + ')}`;
  result.differences[reason] = (result.differences[reason] ?? 0) + 1;
}

/** Tokens of both kinds, and who judges them. */
const PROFILES = {
  HS256: { template: toHs256, createJudges: createSecretJudges },
  'at+jwt': { template: toAccessToken, createJudges: createKeyJudges },
};

function toHs256(now) {
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', iat: now, exp: now + 3600 };
  return {
    header: { alg: 'HS256', typ: 'JWT' },
    claims: { ...claims, scope: 'A B' },
    sign: (text) => createHmac('sha256', SECRET).update(text).digest('base64url'),
  };
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256', use: 'sig' };

/** RFC 9068 §2. */
function toAccessToken(now) {
  const claims = { ...toHs256(now).claims, jti: 'token-1', client_id: 'client-1' };
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
  return {
    header: { alg: 'ES256', typ: 'at+jwt', kid: 'a' },
    claims,
    sign: (text) => sign('sha256', Buffer.from(text), key).toString('base64url'),
  };
}

function createSecretJudges() {
  return {
    mandate: judgeWith({ secret: SECRET, algorithm: 'HS256' }),
    jose: acceptsJose(SECRET, { algorithms: ['HS256'], requiredClaims: ['exp'] }),
    fastJwt: acceptsFastJwt({ key: SECRET, algorithms: ['HS256'], requiredClaims: ['exp'] }),
  };
}

function createKeyJudges() {
  const required = ['exp', 'iat', 'jti', 'sub', 'client_id'];
  const algorithms = ['ES256'];
  return {
    mandate: judgeWith({ keys: createLocalKeySet({ keys: [jwk] }), strict: true }),
    jose: acceptsJose(publicKey, { algorithms, typ: 'at+jwt', requiredClaims: required }),
    fastJwt: acceptsFastJwt({
      key: publicKey.export({ format: 'pem', type: 'spki' }),
      ...{ algorithms, requiredClaims: required },
    }),
    oauth4webapi: acceptsOauth4webapi(),
  };
}

/** The decision of a guard. Anything that is not a refusal of the table of errors is a fault. */
function judgeWith(issuer) {
  const verifier = createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, ...issuer });
  const guard = createGuard({ verifiers: [verifier], onDecision: null });
  return async (token) => {
    try {
      const header = (name) => (name === 'authorization' ? `Bearer ${token}` : undefined);
      const decision = await guard.authenticate({ method: 'GET', path: '/', header });
      if (!decision.allowed && !isRefusal(decision.error)) return { fault: decision.error };
      return { allowed: decision.allowed };
    } catch (fault) {
      return { allowed: false, fault };
    }
  };
}

const isFulfilled = (promise) =>
  promise.then(
    () => true,
    () => false,
  );

function acceptsJose(key, own) {
  const options = { issuer: ISSUER, audience: AUDIENCE, clockTolerance: 5, ...own };
  return (token) => isFulfilled(jwtVerify(token, key, options));
}

function acceptsFastJwt(own) {
  const expected = { allowedIss: ISSUER, allowedAud: AUDIENCE, clockTolerance: 5000 };
  const verify = createVerifier({ ...expected, cache: false, ...own });
  return (token) => isFulfilled(new Promise((resolve) => resolve(verify(token))));
}

function acceptsOauth4webapi() {
  const server = { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` };
  const options = {
    [oauth.customFetch]: async () => Response.json({ keys: [jwk] }),
    [oauth.jwksCache]: {},
    [oauth.clockTolerance]: 5,
  };
  return (token) => {
    // What no header can hold does not arrive.
    if (!/^[\x21-\x7e]+$/.test(token)) return false;
    const request = new Request(AUDIENCE, { headers: { authorization: `Bearer ${token}` } });
    return isFulfilled(oauth.validateJwtAccessToken(server, request, AUDIENCE, options));
  };
}

function isRefusal(error) {
  return error instanceof Error && typeof error.code === 'string' && error.status >= 400;
}

function createToken(toTemplate, random) {
  const template = toTemplate(Math.floor(Date.now() / 1000));
  let parts = {
    header: JSON.stringify(template.header),
    claims: JSON.stringify(template.claims),
    bytes: [],
  };
  const applied = Array.from({ length: random.below(3) }, () => random.pick(MUTATIONS));
  for (const { apply } of applied) if (apply) parts = apply(parts, random);
  const payload = Buffer.concat([Buffer.from(parts.claims), Buffer.from(parts.bytes)]);
  const text = `${Buffer.from(parts.header).toString('base64url')}.${payload.toString('base64url')}`;
  let token = `${text}.${template.sign(text)}`;
  for (const { finish } of applied) if (finish) token = finish(token, random);
  // Spaces before the token belong to the header (RFC 9110 §11.4).
  return { token: token.trimStart(), applied };
}

export { MAX_STALL_MS };
