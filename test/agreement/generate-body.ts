import { deflateSync, gzipSync } from 'node:zlib';
import type { RawRequest } from '../contract/raw-http.js';
import { ACT_AS_HEADERS, type BodyApplication } from './body-application.js';
import { GROUPS, USER_DOMAIN } from './policy.js';
import type { Random } from './random.js';

/** A request that names groups in many places, and in ways that may be read twice. */
export function generateBodyRequest(random: Random, app: BodyApplication): RawRequest {
  // Requests whose places name different groups are rejected: most name one group, or nearly so.
  const usual = random.pick(GROUPS);
  const deviation = random.pick([0, 0.1, 0.3]);
  const name = () => (random.chance(deviation) ? random.pick(GROUPS) : usual);
  const target = `/t/${random.pick([name(), name(), name(), `${name()}%20`, 'g1%2Fg2'])}${query(random, name)}`;
  const headers = app.source === 'act-as' ? actAsHeaders(random, name) : groupHeaders(random, name);
  const method = random.chance(0.92) ? 'POST' : random.pick(['GET', 'HEAD', 'PUT']);
  if (random.chance(0.05)) return { method, target, headers };
  const [kind, body] = random.pick(BODIES)(name);
  const types = random.chance(0.6) ? [TYPES[kind]] : oddTypes(random, TYPES[kind]);
  for (const type of types) headers.push(`Content-Type: ${type}`);
  return { method, target, ...frame(random, headers, toUtf8(random, body)) };
}

type Name = () => string;
type Kind = 'json' | 'form' | 'multipart' | 'text';

const TYPES: Readonly<Record<Kind, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data; boundary=X',
  text: 'text/plain',
};

function query(random: Random, name: Name): string {
  const [a, b] = [name(), name()];
  return random.pick([
    ...['', '', `?group=${a}`, `?group=${a}`, `?group=${a}&group=${b}`, `?group[]=${a}`],
    ...[
      `?group[0]=${a}&group=${b}`,
      `?group=${a}&%67roup=${b}`,
      `?%67roup=${a}`,
      `?group=&group=${a}`,
    ],
    ...[`?group=${a};group=${b}`, `?Group=${a}&group=${b}`, `?group=${a}%20`, `?group=${a}%00`],
    ...[`?group[x]=${a}&group=${b}`, `?group=${a}?group=${b}`, `?&group=${a}`, `?group=+${a}`],
    ...[`?${'x&'.repeat(random.chance(0.1) ? 1_000 : 3)}group=${a}`, `?group=${a}#&group=${b}`],
  ]);
}

function groupHeaders(random: Random, name: Name): string[] {
  const [a, b] = [name(), name()];
  if (random.chance(0.4)) return [];
  return random.pick([
    ...[[`X-Group: ${a}`], [`X-Group: ${a}`], [`x-group:${a}`], [`X-Group: ${a}, ${b}`]],
    ...[[`X-Group: ${a}`, `X-Group: ${b}`], [`X-Group: ${a}\xa0`], [`X-Group: \x0b${a}`]],
    ...[[`X-Group: ${a},`], [`X-Group: \t${a} `], ['X-Group:', `X-Group: ${a}`], [`X_Group: ${a}`]],
    ...[[`X-Group: ${a}\xad`], [`X-Group: ;${a}`], [`X-Group: ${a}`, 'Connection: x-group']],
  ]);
}

function actAsHeaders(random: Random, name: Name): string[] {
  const [a, b] = [`${name()}${USER_DOMAIN}`, `${name()}${USER_DOMAIN}`];
  const [header, alias] = random.shuffle(ACT_AS_HEADERS);
  return random.pick([
    ...[[`${header}: ${a}`], [`${header}: ${a}`], [`${header}: ${a}`, `${alias}: ${b}`], []],
    ...[[`${header}: ${a}`, `${header}: ${b}`], [`${header}: ${a}, ${b}`], [`${header}: ${a},`]],
    ...[
      [`${header}:\t${a} `],
      [`${header}: ${a}\xa0`],
      [`${header}: \x0b${a}`],
      [`${header}: ;${a}`],
    ],
    ...[[`${header}:`, `${alias}: ${a}`], [`${header}:`, `${header}: ${a}`], [`${header}: <${a}>`]],
    ...[[`${header}: ${a.toUpperCase()}`], [`${header}: ${a}`, `Connection: ${header}`]],
    ...[[`${header?.replaceAll('-', '_')}: ${a}`, `${alias}: ${b}`], [`${header}: "${b}" ${a}`]],
    ...[[`${header}: ${a}`, `${alias}:`], [`${header}: \xad${a}`], [`${header}: ${a}@${b}`]],
  ]);
}

type MakeBody = (name: Name) => readonly [Kind, string];

const part = (name: string, value: string, more = '') =>
  `--X\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

const BODIES: readonly MakeBody[] = [
  (name) => ['json', `{"group":"${name()}"}`],
  (name) => ['json', `{"group":"${name()}"}`],
  (name) => ['json', `{"group":"${name()}","group":"${name()}"}`],
  (name) => ['json', `{"group":"${name()}","gr\\u006fup":"${name()}"}`],
  (name) => ['json', `{"group":["${name()}","${name()}"]}`],
  (name) => ['json', `{"Group":"${name()}","group ":"${name()}"}`],
  (name) => ['json', `{"group":"${name()}","__proto__":{"group":"${name()}"}}`],
  (name) => ['json', `{"__proto__":{"group":"${name()}"}}`],
  (name) => ['json', `{"group":"${name()}","a":{"group":"${name()}"},"constructor":{"group":"x"}}`],
  (name) => ['json', `\ufeff{"group":"${name()}"}`],
  (name) => ['json', `[{"group":"${name()}"}]`],
  () => ['json', '{"group":7}'],
  () => ['json', '{"group":7.0}'],
  () => ['json', '{"group":0x7}'],
  () => ['json', '{"group":true}'],
  () => ['json', '7'],
  () => ['json', ' '],
  (name) => ['json', `"group=${name()}"`],
  (name) => ['json', `{"group":"${name()}","x":"&group=${name()}&"}`],
  (name) => ['json', `{"group":"${name()}","x":"\\u0026group=${name()}"}//`],
  (name) => ['json', `{"group":"${name()}"}{"group":"${name()}"}`],
  (name) => ['form', `group=${name()}`],
  (name) => ['form', `group=${name()}`],
  (name) => ['form', `group=${name()}&group=${name()}`],
  (name) => ['form', `group=${name()}&gr%6Fup=${name()}`],
  (name) => ['form', `group[]=${name()}`],
  (name) => ['form', `group[0]=${name()}&group=${name()}`],
  (name) => ['form', `group=${name()}&group[x]=${name()}`],
  (name) => ['form', `group=${name()};group=${name()}`],
  (name) => ['form', `group=${name()}&Group=${name()}&group+=${name()}`],
  (name) => ['form', `group=${name()}%00&x[group]=${name()}`],
  (name) => ['form', `${'x=1&'.repeat(1_001)}group=${name()}`],
  (name) => ['form', `?group=${name()}&group=${name()}`],
  (name) => ['form', `group=&group=${name()}`],
  (name) => ['form', `{"group":"${name()}"}=&group=${name()}`],
  (name) => ['form', `utf8=%26%2310003%3B&group=${name()}`],
  (name) => ['multipart', `${part('group', name())}--X--\r\n`],
  (name) => ['multipart', `${part('group', name())}--X--\r\n`],
  (name) => ['multipart', `${part('group', name())}${part('group', name())}--X--\r\n`],
  (name) => ['multipart', `${part('group', name())}${part('group[]', name())}--X--\r\n`],
  (name) => ['multipart', `${part('group', name())}${part('group[x]', name())}--X--\r\n`],
  (name) => [
    'multipart',
    `${part('group', name(), '; filename="a"')}${part('group', name())}--X--`,
  ],
  (name) => ['multipart', `group=${name()}&x=\r\n${part('group', name())}--X--\r\n`],
  (name) => ['multipart', `{"group":"${name()}"}\r\n${part('group', name())}--X--\r\n`],
  (name) => ['multipart', `${part('group', name())}--X--\r\n${part('group', name())}--X--\r\n`],
  (name) => ['multipart', `${part('x"; name="group', name())}${part('group', name())}--X--\r\n`],
  (name) => ['multipart', `${part('group', name(), "; name*=UTF-8''x")}--X--\r\n`],
  (name) => ['multipart', `${part('x.group', name())}${part('group', name())}--Y--\r\n--X--\r\n`],
  (name) => ['multipart', part('group', name())],
  (name) => ['text', `group=${name()}`],
  (name) => ['text', `{"group":"${name()}"}`],
  () => ['text', ''],
];

function oddTypes(random: Random, own: string): readonly string[] {
  const other = random.pick([...Object.values(TYPES), 'application/octet-stream']);
  return random.pick([
    ...[[], [other], [other, own], [own, other], [own, own], [`${own}, ${other}`]],
    ...[[`${other}, ${own}`], [`${own}; charset=utf-8`], [`${own};charset=UTF-16LE`]],
    ...[[`${own}; charset=iso-8859-1`], [`${own}; charset="utf-8"`], [`${own};charset=utf-7`]],
    ...[[own.toUpperCase()], [`${own} `], [`${own};`], [`${own}; ${other}`], [`x/${own}`]],
    ...[['application/vnd.api+json'], ['text/json'], ['application/json; boundary=X'], ['*/*']],
    ...[['multipart/form-data; boundary=X; boundary=Y'], ['multipart/form-data; boundary="X"']],
    ...[['multipart/mixed; boundary=X'], ['application/json;multipart/form-data;boundary=X']],
    ...[[`${own}\xa0`], [`${own}; charset=utf-8; charset=utf-16`], [`application/csp-report`]],
    ...[['application/x-www-form-urlencoded; multipart/form-data; boundary=X'], [`,${own}`], ['']],
  ]);
}

function toUtf8(random: Random, body: string): Buffer {
  return random.chance(0.03) ? Buffer.from(body, 'utf16le') : Buffer.from(body);
}

/** Content-Length, chunked, or compressed. */
function frame(random: Random, headers: readonly string[], body: Buffer) {
  const how = random.below(20);
  const isPacked = how === 1 || how === 2;
  const bytes = how === 1 ? gzipSync(body) : how === 2 ? deflateSync(body) : body;
  const packed = isPacked ? [`Content-Encoding: ${how === 1 ? 'gzip' : 'deflate'}`] : [];
  if (how === 3) packed.push('Content-Encoding: gzip');
  if (how === 4) packed.push('Content-Encoding: identity');
  const text = bytes.toString('latin1');
  if (how >= 4 && how < 9) {
    const cut = random.below(text.length + 1);
    const chunks = [text.slice(0, cut), text.slice(cut), ''].filter((c, i) => c !== '' || i === 2);
    return {
      headers: [...headers, ...packed, 'Transfer-Encoding: chunked'],
      body: chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join(''),
    };
  }
  return { headers: [...headers, ...packed, `Content-Length: ${text.length}`], body: text };
}
