import { createLocalKeySet } from '@mandate/core/jwt';
import { createLocalJWKSet, importJWK, jwtVerify } from 'jose';
import { decideCold } from '../support/cold.mjs';
import { interleave, median, ratio } from '../support/interleave.mjs';
import { createBenchGuard } from '../support/policy.mjs';
import { atMost, compared, microseconds } from '../support/table.mjs';
import { AUDIENCE, copyString, ISSUER, jwks, signTokens } from '../support/tokens.mjs';

const IN_FLIGHT = 64;
const TURNS = 31;
const TOKENS_A_TURN = 384;
const WARM_UP_TURNS = 4;

/** Tokens that were never seen before, against jose alone and against nothing but the signature. */
export async function measure() {
  const keys = createLocalKeySet(jwks);
  const guard = createBenchGuard(keys);
  const forgetful = createBenchGuard(keys, { cacheSize: 0 });
  const key = await importJWK(jwks.keys[0], 'RS256');
  const keySet = createLocalJWKSet(jwks);
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['RS256'],
    requiredClaims: ['exp'],
    clockTolerance: 5,
  };
  const tokens = await signTokens(TOKENS_A_TURN * (TURNS + WARM_UP_TURNS));
  const verifiers = {
    mandate: (token) => decideCold(guard, token),
    forgetful: (token) => decideCold(forgetful, token),
    jose: (token) => jwtVerify(token, key, options),
    joseKeySet: (token) => jwtVerify(token, keySet, options),
    signature: (token) => verifySignature(key, token),
  };
  const variants = {};
  for (const [name, work] of Object.entries(verifiers)) {
    let next = 0;
    variants[name] = () => measureSlice(work, tokens, TOKENS_A_TURN * next++);
  }
  await interleave(variants, WARM_UP_TURNS);
  const costs = await interleave(variants, TURNS);

  return ['cpu', 'wall'].flatMap((kind) => rate(kind, costs));
}

function rate(kind, costs) {
  const of = (name) => costs[name].map((cost) => cost[kind]);
  const against = (one, other) => [
    ratio(of(one), of(other)),
    microseconds(median(of(one)), median(of(other))),
  ];
  const label = kind === 'cpu' ? 'CPU time' : 'wall time';
  const [joseRatio, joseNumbers] = against('mandate', 'jose');
  return [
    atMost(
      `cold, ${label}: \`guard.decide\` for a new token, 64 in flight, against jose's \`jwtVerify\` with the same claim checks and one imported key`,
      joseRatio,
      1.1,
      joseNumbers,
    ),
    compared(
      `cold, ${label}: against \`jwtVerify\` with \`createLocalJWKSet\``,
      ...against('mandate', 'joseKeySet'),
    ),
    compared(
      `cold, ${label}: without remembering the token, against jose with one key`,
      ...against('forgetful', 'jose'),
    ),
    compared(
      `cold, ${label}: against \`crypto.subtle.verify\` and nothing else`,
      ...against('mandate', 'signature'),
    ),
  ];
}

async function measureSlice(work, tokens, first) {
  const copies = tokens.slice(first, first + TOKENS_A_TURN).map(copyString);
  const usage = process.cpuUsage();
  const startedAt = performance.now();
  let next = 0;
  const drain = async () => {
    while (next < copies.length) await work(copies[next++]);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, drain));
  const { user, system } = process.cpuUsage(usage);
  const wall = performance.now() - startedAt;
  return { cpu: (user + system) / copies.length, wall: (wall * 1000) / copies.length };
}

/** The least that can be done: no parsing, no claims. */
async function verifySignature(key, token) {
  const end = token.lastIndexOf('.');
  const data = Buffer.from(token.slice(0, end), 'latin1');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  const isGood = await crypto.subtle.verify('RSASSA-PKCS1-v1_5', key, signature, data);
  if (!isGood) throw new Error('wrong signature');
}
