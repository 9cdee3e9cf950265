import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { createLocalKeySet } from '@mandate/core/jwt';
import { createVerifier } from 'fast-jwt';
import { importJWK, jwtVerify } from 'jose';
import { decideCold } from '../support/cold.mjs';
import { interleave, median, ratio } from '../support/interleave.mjs';
import { createBenchGuard } from '../support/policy.mjs';
import { atLeast, compared, microseconds } from '../support/table.mjs';
import { AUDIENCE, copyString, ISSUER, makeClaims, signToken } from '../support/tokens.mjs';

const TURNS = 21;
const WARM_UP_TURNS = 4;
const TOKENS_A_TURN = 256;
const IN_FLIGHT = 64;

const ALGORITHMS = [
  { alg: 'RS256', hash: 'sha256', type: 'rsa', options: { modulusLength: 2048 }, manyGoal: 0.85 },
  { alg: 'ES256', hash: 'sha256', type: 'ec', options: { namedCurve: 'P-256' }, manyGoal: 1.3 },
  { alg: 'EdDSA', hash: null, type: 'ed25519', options: {}, manyGoal: 1.3 },
];

/** New tokens of each kind of key, against nothing but `crypto.verify` on the thread that serves requests. */
export async function measure() {
  const rows = [];
  for (const algorithm of ALGORITHMS) rows.push(...(await measureAlgorithm(algorithm)));
  return rows;
}

async function measureAlgorithm({ alg, hash, type, options, manyGoal }) {
  const { privateKey, publicKey } = generateKeyPairSync(type, {
    ...options,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const keyObject = createPublicKey(publicKey);
  const jwk = { ...keyObject.export({ format: 'jwk' }), kid: 'k1', alg, use: 'sig' };
  const count = TOKENS_A_TURN * (TURNS + WARM_UP_TURNS);
  const tokens = await Promise.all(
    Array.from({ length: count }, () => signToken(makeClaims(), { alg, hash, privateKey })),
  );
  const keys = createLocalKeySet({ keys: [jwk] });
  const checks = { issuer: ISSUER, audience: AUDIENCE, algorithms: [alg] };
  const joseKey = await importJWK(jwk, alg);
  const fastJwt = createVerifier({
    key: publicKey,
    algorithms: [alg],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    cache: false,
  });
  const work = {
    signature: (token) => verifySignature(hash, keyObject, token),
    jose: (token) => jwtVerify(token, joseKey, checks),
    fastJwt: (token) => fastJwt(token),
  };
  const variants = {};
  for (const [mode, run] of Object.entries({ single: runSingly, many: runTogether })) {
    // Of its own, because the other has remembered the tokens.
    const guard = createBenchGuard(keys);
    const mandate = (token) => decideCold(guard, token);
    for (const [name, one] of Object.entries({ ...work, mandate })) {
      let next = 0;
      variants[`${name} ${mode}`] = () => timeSlice(run, one, slice(tokens, next++));
    }
  }
  await interleave(variants, WARM_UP_TURNS);
  const costs = await interleave(variants, TURNS);
  return ['single', 'many'].flatMap((mode) => rate(alg, mode, { costs, manyGoal }));
}

function rate(alg, mode, { costs, manyGoal }) {
  const base = costs['signature single'];
  const of = (name) => costs[`${name} ${mode}`];
  const label = mode === 'single' ? 'one at a time' : `${IN_FLIGHT} in flight`;
  const numbers = (name) => microseconds(median(base), median(of(name)));
  const goal = mode === 'single' ? 0.85 : manyGoal;
  return [
    atLeast(
      `cold ${alg}, ${label}: rate of \`guard.decide\` against one core's synchronous \`crypto.verify\``,
      ratio(base, of('mandate')),
      goal,
      numbers('mandate'),
    ),
    compared('the same: `jwtVerify` of jose', ratio(base, of('jose')), numbers('jose')),
    compared(
      'the same: fast-jwt without its cache',
      ratio(base, of('fastJwt')),
      numbers('fastJwt'),
    ),
  ];
}

/** Copies, because a server reads each token into a string of its own. */
function slice(tokens, index) {
  return tokens.slice(index * TOKENS_A_TURN, (index + 1) * TOKENS_A_TURN).map(copyString);
}

/** Microseconds of wall time for a token. */
async function timeSlice(run, work, tokens) {
  const startedAt = performance.now();
  await run(work, tokens);
  return ((performance.now() - startedAt) * 1000) / tokens.length;
}

/** Each in a turn of the event loop, as requests come that are not sent together. */
async function runSingly(work, tokens) {
  for (const token of tokens) {
    await new Promise((resolve) => setImmediate(resolve));
    await work(token);
  }
}

async function runTogether(work, tokens) {
  let next = 0;
  const drain = async () => {
    while (next < tokens.length) await work(tokens[next++]);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, drain));
}

/** The least that can be done: no parsing, no claims. */
function verifySignature(hash, key, token) {
  const end = token.lastIndexOf('.');
  const data = Buffer.from(token.slice(0, end), 'latin1');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  if (!verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature)) {
    throw new Error('wrong signature');
  }
}
