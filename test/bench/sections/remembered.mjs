import { randomBytes } from 'node:crypto';
import { createGuard } from '@mandate/core';
import { createIntrospectionVerifier } from '@mandate/core/introspection';
import { createJwtVerifier, createLocalKeySet } from '@mandate/core/jwt';
import { createTokenFinder } from '@mandate/core/token-places';
import { cpuPerCall, interleave, median, ratio } from '../support/interleave.mjs';
import { startIntrospectionServer } from '../support/introspection-server.mjs';
import { createBenchGuard, endpoints, PATH } from '../support/policy.mjs';
import { captureRequests, rememberTokens } from '../support/requests.mjs';
import { atMost, compared, microseconds } from '../support/table.mjs';
import { AUDIENCE, ISSUER, jwks, makeClaims, signTokens } from '../support/tokens.mjs';

const TOKENS = 100;
const TURNS = 41;
const COOKIE = 'access_token';
/** Longer than the bench takes, so that nothing is introspected while it measures. */
const REMEMBER = { seconds: 3600 };

/** Remembered tokens that were introspected or came in a cookie, against JWTs in the header. */
export async function measure() {
  const keys = createLocalKeySet(jwks);
  const jwts = await signTokens(TOKENS);
  const inHeader = await captureRequests(jwts, () => PATH);
  const places = createPlacesGuard(keys);
  const cases = {
    jwt: [createBenchGuard(keys), inHeader],
    introspected: await createIntrospected(),
    cookie: [places, await captureRequests(jwts, () => PATH, toCookie)],
    header: [places, await captureRequests(jwts, () => PATH)],
  };
  // Other strings than those that are measured, as in real life the first request is another one.
  const first = await captureRequests(jwts, () => PATH);
  for (const guard of [cases.jwt[0], places]) await rememberTokens(guard, first);
  for (const [guard, requests] of Object.values(cases)) await rememberTokens(guard, requests);
  const decide = ([guard, requests]) =>
    cpuPerCall((i) => guard.decide(requests[i % TOKENS]), 20_000);
  const variants = Object.entries(cases).map(([name, one]) => [name, () => decide(one)]);
  const costs = await interleave(Object.fromEntries(variants), TURNS);
  const against = (name) => [
    ratio(costs[name], costs.jwt),
    `${microseconds(median(costs[name]), median(costs.jwt))}; ${spread(costs[name], costs.jwt)}`,
  ];
  const [introspected, cookie, header] = ['introspected', 'cookie', 'header'].map(against);
  return [
    atMost(
      '`guard.decide`, remembered introspected token, against a remembered JWT',
      introspected[0],
      1.1,
      introspected[1],
    ),
    atMost(
      'the same JWT in a cookie, of two places, against the header',
      cookie[0],
      1.4,
      cookie[1],
    ),
    compared('the same JWT in the header, of two places', ...header),
  ];
}

async function createIntrospected() {
  const claims = new Map(
    Array.from({ length: TOKENS }, () => [randomBytes(32).toString('base64url'), makeClaims()]),
  );
  const verifier = createIntrospectionVerifier({
    endpoint: await startIntrospectionServer(claims),
    issuer: ISSUER,
    audience: AUDIENCE,
    client: { id: 'bench', secret: 'its secret' },
    remember: REMEMBER,
  });
  const guard = createGuard({ verifiers: [verifier], endpoints });
  const capture = () => captureRequests([...claims.keys()], () => PATH);
  await rememberTokens(guard, await capture());
  return [guard, await capture()];
}

function createPlacesGuard(keys) {
  return createGuard({
    verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })],
    token: createTokenFinder([{ header: 'authorization' }, { cookie: COOKIE }]),
    endpoints,
  });
}

/** Beside a cookie that sites usually have. */
const toCookie = (token) => ({ cookie: `theme=dark; ${COOKIE}=${token}` });

/** The ratio of the middle half of the turns. */
function spread(costs, others) {
  const ratios = costs.map((cost, turn) => cost / others[turn]).sort((a, b) => a - b);
  const at = (share) => ratios[Math.floor((ratios.length - 1) * share)].toFixed(2);
  return `half of the turns ${at(0.25)} to ${at(0.75)} ×`;
}
