import { listAdministrationPages } from './administration.js';
import type { Evaluation } from './evaluation.js';
import { listExportPages } from './exports.js';
import { listPresencePages } from './presence.js';

/** A page to open in a browser. */
export interface Page {
  readonly name: string;
  readonly url: string;
  /** How to log in there, or what comes first. */
  readonly note: string | undefined;
}

/** What `npm start` prints. It fits one screen of 80 columns and 24 lines. */
export function writeGuide(evaluation: Omit<Evaluation, 'close'>): string {
  const { issuerUrl, servers, presence, exports, administration, requestsUrl } = evaluation;
  const pages = [
    ...listAdministrationPages(administration),
    ...listPresencePages(presence),
    ...listExportPages(exports),
  ];
  return [
    'Mandate is running. Open in a browser:',
    ...pages.flatMap(writePage),
    '',
    `One policy guards ${servers.map(({ name }) => name).join(', ')}. Paste into another terminal:`,
    `  TOKEN=$(curl -s '${issuerUrl}/token?scope=SEARCH')`,
    ...servers.map(({ url }, index) => writeSearch(url, index)),
    '',
    `Requests of every kind, each with its answer: ${requestsUrl}`,
    'Decisions appear below. Ctrl-C stops everything.',
    '',
  ].join('\n');
}

const NAME_COLUMNS = 13;

function writePage({ name, url, note }: Page): readonly string[] {
  const lines = [`  ${name.padEnd(NAME_COLUMNS)}${url}`];
  return note === undefined ? lines : [...lines, `${' '.repeat(2 + NAME_COLUMNS)}${note}`];
}

/** The first server gets the whole command, the others are only named. */
function writeSearch(url: string, index: number): string {
  if (index > 0) return `  # the same on ${url}`;
  return `  curl -iH "Authorization: Bearer $TOKEN" -X POST \\\n    ${url}/rest/api/v1/search`;
}
