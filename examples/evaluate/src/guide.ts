import { writeAdministrationGuide } from './administration.js';
import type { Evaluation } from './evaluation.js';
import { writeExportsGuide } from './exports.js';
import { writePresenceGuide } from './presence.js';
import { describeAnswer, type TourRequest } from './requests.js';

/** What to paste into a terminal, bash or zsh, and what the servers will answer. */
export function writeGuide(
  evaluation: Omit<Evaluation, 'close'>,
  requests: readonly TourRequest[],
): string {
  const { issuerUrl, servers, tokensFile, variables, presence, exports, administration } =
    evaluation;
  return [
    'Mandate is running: one policy in front of three servers.',
    '',
    ...servers.map(({ name, url }) => `  ${name.padEnd(8)} ${url}`),
    `  Issuer   ${issuerUrl}`,
    `  Tokens   ${tokensFile}`,
    '',
    'Paste this first, into another terminal. The tokens are good for an hour.',
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
    'A fresh token, or another one (sub, scope, permission and groupid are yours to choose):',
    'export SEARCH=$(curl -s "$ISSUER/token?sub=amelia@example.com&scope=SEARCH&permission=USER")',
    '',
    writePresenceGuide(presence),
    writeAdministrationGuide(administration),
    writeExportsGuide(exports),
    'Decisions appear below as they are made. Ctrl-C stops everything.',
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
