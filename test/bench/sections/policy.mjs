import { createGuard } from '@mandate/core';
import { createJwtVerifier, createLocalKeySet } from '@mandate/core/jwt';
import { cpuPerCall, interleave, median, ratio } from '../support/interleave.mjs';
import { captureRequests, rememberTokens } from '../support/requests.mjs';
import { atMost, microseconds } from '../support/table.mjs';
import { AUDIENCE, jwks, signTokens } from '../support/tokens.mjs';

const TOKENS = 100;
const TURNS = 41;

/** A decision under a large policy against one under a small policy. */
export async function measure() {
  const small = await createDecider(10, 1);
  const large = await createDecider(1000, 100);
  const costs = await interleave({ small, large }, TURNS);
  return [
    atMost(
      'cost of `guard.decide` with 1,000 endpoints and 100 issuers against 10 and 1',
      ratio(costs.large, costs.small),
      1.3,
      microseconds(median(costs.large), median(costs.small)),
    ),
  ];
}

async function createDecider(endpointCount, issuerCount) {
  const issuers = Array.from({ length: issuerCount }, (_, i) => `https://sso${i}.example.com`);
  const keys = createLocalKeySet(jwks);
  const verifier = createJwtVerifier(
    issuers.map((issuer) => ({ issuer, audience: AUDIENCE, keys })),
  );
  const rule = { scopes: ['DOCUMENTS'], group: { path: 'groupid' } };
  const entries = Array.from({ length: endpointCount }, (_, i) => [
    `GET /rest/api/v1/resource${i}/:groupid/items`,
    rule,
  ]);
  const guard = createGuard({ verifiers: [verifier], endpoints: Object.fromEntries(entries) });

  const tokens = await signTokens(TOKENS, (i) => issuers[i % issuerCount]);
  // Spread over the whole policy.
  const pathOf = (i) =>
    `/rest/api/v1/resource${Math.floor((i * endpointCount) / TOKENS)}/12345/items`;
  await rememberTokens(guard, await captureRequests(tokens, pathOf));
  const requests = await captureRequests(tokens, pathOf);
  await rememberTokens(guard, requests);
  return () => cpuPerCall((i) => guard.decide(requests[i % TOKENS]), 20_000);
}
