import { createHmac } from 'node:crypto';
import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { createVerifier } from 'fast-jwt';
import { jwtVerify } from 'jose';
import { createRandom } from './random.mjs';
import { MUTATIONS } from './token-mutations.mjs';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://api.example';
const SECRET = Buffer.from('a secret of at least thirty-two bytes');
/** No input may keep the event loop longer. */
const MAX_STALL_MS = 20;

/**
 * Mutated tokens, signed after the mutation, judged by Mandate, jose and fast-jwt.
 * @returns counts, the longest decision, and every difference without a reason.
 */
export async function judgeTokens({ count, seed }) {
  const random = createRandom(seed);
  const judges = createJudges();
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
    const { token, applied } = createToken(random);
    const { mandate, ms } = await timeDecision(judges.mandate, token);
    result.longestMs = Math.max(result.longestMs, ms);
    if (mandate.fault !== undefined) result.faults.push({ token, fault: String(mandate.fault) });
    if (mandate.allowed) result.allowed++;
    for (const name of ['jose', 'fastJwt']) {
      const allowed = await judges[name](token);
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

function createJudges() {
  const issuer = { issuer: ISSUER, audience: AUDIENCE, secret: SECRET, algorithm: 'HS256' };
  const guard = createGuard({ verifiers: [createJwtVerifier(issuer)], onDecision: null });
  const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['HS256'], clockTolerance: 5 };
  const verify = createVerifier({
    key: SECRET,
    algorithms: ['HS256'],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    requiredClaims: ['exp'],
    clockTolerance: 5000,
    cache: false,
  });
  return {
    mandate: async (token) => {
      try {
        const header = (name) => (name === 'authorization' ? `Bearer ${token}` : undefined);
        const decision = await guard.authenticate({ method: 'GET', path: '/', header });
        if (!decision.allowed && !isRefusal(decision.error)) return { fault: decision.error };
        return { allowed: decision.allowed };
      } catch (fault) {
        return { allowed: false, fault };
      }
    },
    jose: (token) =>
      jwtVerify(token, SECRET, { ...options, requiredClaims: ['exp'] }).then(
        () => true,
        () => false,
      ),
    fastJwt: async (token) => {
      try {
        verify(token);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function isRefusal(error) {
  return error instanceof Error && typeof error.code === 'string' && error.status >= 400;
}

function createToken(random) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'ada',
    iat: now,
    exp: now + 3600,
    scope: 'A B',
  };
  let parts = { header: '{"alg":"HS256","typ":"JWT"}', claims: JSON.stringify(claims), bytes: [] };
  const applied = Array.from({ length: random.below(3) }, () => random.pick(MUTATIONS));
  for (const { apply } of applied) if (apply) parts = apply(parts, random);
  let token = sign(parts);
  for (const { finish } of applied) if (finish) token = finish(token, random);
  // Spaces before the token belong to the header (RFC 9110 §11.4).
  return { token: token.trimStart(), applied };
}

function sign({ header, claims, bytes }) {
  const payload = Buffer.concat([Buffer.from(claims), Buffer.from(bytes)]);
  const text = `${Buffer.from(header).toString('base64url')}.${payload.toString('base64url')}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

export { MAX_STALL_MS };
