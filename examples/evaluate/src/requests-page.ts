import type { Evaluation } from './evaluation.js';
import { describeAnswer, type TourRequest } from './requests.js';

/** What to paste into a terminal, bash or zsh, and what the servers will answer. */
export function writeRequests(
  { issuerUrl, servers, variables }: Pick<Evaluation, 'issuerUrl' | 'servers' | 'variables'>,
  requests: readonly TourRequest[],
): string {
  return [
    'Paste this first into a terminal. The tokens are valid for an hour.',
    '',
    `export ISSUER=${issuerUrl}`,
    ...servers.map(({ name, url }) => `export ${name.toUpperCase()}=${url}`),
    'export API=$EXPRESS',
    ...Object.entries(variables).map(([name, token]) => `export ${name}=${token}`),
    '',
    'Then any of these. API=$KOA or API=$HONO sends them to another server, which answers the same.',
    ...requests.flatMap((request) => [
      '',
      `${request.title} → ${describeAnswer(request.answer)}`,
      writeCommand(request),
    ]),
    '',
    'A fresh token, or another one: choose sub, scope, permission and groupid.',
    'export SEARCH=$(curl -s "$ISSUER/token?sub=amelia@example.com&scope=SEARCH&permission=USER")',
    '',
  ].join('\n');
}

/** The request as a command. Quoted, because zsh takes a question mark for a pattern. */
function writeCommand({ method, target, token, actAs, body }: TourRequest): string {
  return [
    "curl -iw '\\n'",
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    `"$API${target}"`,
    ...(token === undefined ? [] : [`-H "Authorization: Bearer $${token}"`]),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`]),
    ...(actAs === undefined ? [] : [`-H "X-Glean-ActAs: ${actAs}"`]),
  ].join(' ');
}
