import { verify } from 'node:crypto';
import { createLocalKeySet } from '@mandate/core/jwt';
import { cpuPerCall, interleave, median, ratio } from '../support/interleave.mjs';
import { createBenchGuard, GROUP_PATH, PATH } from '../support/policy.mjs';
import { captureRequests, rememberTokens } from '../support/requests.mjs';
import { atLeast, microseconds } from '../support/table.mjs';
import { jwks, publicKeyObject, signTokens } from '../support/tokens.mjs';

const TOKENS = 100;
const TURNS = 41;

/** One decision with a remembered token against one signature, the cost it saves. */
export async function measure() {
  const guard = createBenchGuard(createLocalKeySet(jwks));
  const tokens = await signTokens(TOKENS);
  // Other strings than those that are measured, as in real life the first request is another one.
  await rememberTokens(guard, await captureRequests(tokens, () => PATH));
  const scope = await captureRequests(tokens, () => PATH);
  const group = await captureRequests(tokens, () => GROUP_PATH);
  await rememberTokens(guard, scope);
  await rememberTokens(guard, group);

  const parts = tokens.map((token) => {
    const end = token.lastIndexOf('.');
    return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), 'base64url')];
  });
  const costs = await interleave(
    {
      verify: () => cpuPerCall((i) => verifySync(parts[i % TOKENS]), 1000),
      scope: () => cpuPerCall((i) => guard.decide(scope[i % TOKENS]), 20_000),
      group: () => cpuPerCall((i) => guard.decide(group[i % TOKENS]), 20_000),
    },
    TURNS,
  );
  const signature = median(costs.verify);
  return [
    atLeast(
      `\`guard.decide\`, remembered token of ${tokens[0].length} characters, scope rule; rate against one RS256 \`crypto.verify\``,
      ratio(costs.verify, costs.scope),
      12,
      microseconds(signature, median(costs.scope)),
    ),
    atLeast(
      'the same with a scope and a group rule',
      ratio(costs.verify, costs.group),
      12,
      microseconds(signature, median(costs.group)),
    ),
  ];
}

function verifySync([data, signature]) {
  if (!verify('sha256', data, publicKeyObject, signature)) throw new Error('wrong signature');
}
