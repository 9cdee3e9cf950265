import { createHmac, randomBytes } from 'node:crypto';
import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { endpoints, PATH } from '../support/policy.mjs';
import { row } from '../support/table.mjs';
import { AUDIENCE, encode, ISSUER, makeClaims } from '../support/tokens.mjs';

const CACHED = 100_000;
const GOOD_AFTER = 100_000;
const HOSTILE = 900_000;
const MAX_GROWTH_MB = 150;
/** What may come on top after a million tokens: garbage that V8 has not let go of, no more. */
const SLACK_MB = 10;
const IN_FLIGHT = 64;

/** HMAC, because a hundred thousand RSA signatures would take a minute; what is kept is the same. */
const secret = randomBytes(32);

/** The memory that remembered tokens take, and that hostile ones take none. */
export async function measure() {
  const issuer = { issuer: ISSUER, audience: AUDIENCE, secret, algorithm: 'HS256' };
  const verifier = createJwtVerifier(issuer, { cacheSize: CACHED });
  const guard = createGuard({ verifiers: [verifier], endpoints });
  await decideAll(guard, 1000, () => goodToken(), true);
  const before = usedMb();
  await decideAll(guard, CACHED, () => goodToken(), true);
  const full = usedMb() - before;
  await decideAll(guard, GOOD_AFTER, () => goodToken(), true);
  await decideAll(guard, HOSTILE, makeHostileToken, false);
  const after = usedMb() - before;
  return [
    row(
      `growth of heap and external memory with 100,000 remembered tokens of ${goodToken().length} characters`,
      `${full.toFixed(0)} MB`,
      `< ${MAX_GROWTH_MB} MB`,
      full < MAX_GROWTH_MB,
      `${((full * 1e6) / CACHED).toFixed(0)} bytes a token`,
    ),
    row(
      'the same after a million more tokens, nine in ten of them hostile',
      `${after.toFixed(0)} MB`,
      'no growth',
      after < full + SLACK_MB,
      `${(after - full).toFixed(1)} MB more`,
    ),
  ];
}

async function decideAll(guard, count, makeToken, isAllowed) {
  let next = 0;
  const drain = async () => {
    while (next < count) {
      const decision = await guard.decide(toRequest(makeToken(next++)));
      if (decision.allowed !== isAllowed) throw new Error(`allowed: ${decision.allowed}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, drain));
}

function toRequest(token) {
  return {
    method: 'GET',
    path: PATH,
    // Flat, as a header that was read from a socket is, not a tree of the parts it was made of.
    authorization: Buffer.from(`Bearer ${token}`, 'latin1').toString('latin1'),
    header(name) {
      return name === 'authorization' ? this.authorization : undefined;
    },
  };
}

/** About as long as an RS256 token: what its signature lacks, a claim makes up for. */
function goodToken(claims = { ...makeClaims(), session: randomBytes(190).toString('base64url') }) {
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
}

let serial = 0;
const CLAIMS = encode(makeClaims());
const EXPIRED = encode({ ...makeClaims(), exp: 1 });
const UNKNOWN = encode({ ...makeClaims(), iss: 'https://unknown.example' });

/** Cheap to make, all of them different, and each rejected at another stage. */
const HOSTILE_TOKENS = [
  (name) => `${name}${'A'.repeat(800)}`,
  (name) => `${encode({ name })}.${'A'.repeat(800)}.AAAA`,
  (name) => `${encode({ alg: 'none', name })}.${CLAIMS}.AAAA`,
  (name) => `${encode({ alg: 'HS256', name })}.${EXPIRED}.AAAA`,
  (name) => `${encode({ alg: 'HS256', name })}.${UNKNOWN}.AAAA`,
];
/** One in so many gets as far as the signature, which takes most of the time. */
const FORGED = 20;

function makeHostileToken(i) {
  const name = `token${serial++}`;
  if (i % FORGED === 0) return `${encode({ alg: 'HS256', name })}.${CLAIMS}.${'A'.repeat(43)}`;
  return HOSTILE_TOKENS[i % HOSTILE_TOKENS.length](name);
}

function usedMb() {
  for (let i = 0; i < 3; i++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}
