import type { RawRequest } from '../contract/raw-http.js';
import { type Application, type Folder, listEntries, listPlaces, toPath } from './application.js';
import { FILES } from './folder-on-disk.js';
import { parseParameter } from './path-part.js';
import { GROUPS } from './policy.js';
import type { Random } from './random.js';

const VALUES = [
  ':go',
  'a:go',
  'thumbnail.x',
  'a.txt',
  'vv',
  '7',
  'q',
  'a',
  'admin',
  'secret',
  'a@b',
  'a+b',
  'a b',
  'x;v=1',
  'é',
  '..',
  '',
  'A',
];

/** A request for something of the application, spelled in a way that may be read twice. */
export function generateRequest(random: Random, app: Application): RawRequest {
  const { method, path } = pickAim(random, app);
  const base = app.base.length === 0 ? '' : toPath(app.base);
  let target = random.chance(0.03) ? `${base}/old${base}${path}` : base + path;
  for (let i = random.pick([0, 1, 1, 1, 2, 2, 3]); i > 0; i--) {
    target = random.pick(MUTATIONS)(target, random);
  }
  target = toLatin1(target);
  if (target === '' || /[\s\0]/.test(target)) target = base + path;
  return {
    method: pickMethod(random, method),
    target: toLatin1(target),
    headers: pickHeaders(random),
  };
}

function pickAim(random: Random, app: Application): { method: string; path: string } {
  const folders = app.items.filter((item): item is Folder => item.kind === 'folder');
  const places = listPlaces(app);
  if (folders.length > 0 && (places.length === 0 || random.chance(0.4))) {
    const segments = [...random.pick(folders).path, ...random.pick(FILES).split('/')];
    return { method: 'GET', path: toPath(segments.map((one) => encode(one, random))) };
  }
  const entry = random.pick(listEntries(app).length > 0 ? listEntries(app) : places);
  const words = listEntries(app).flatMap(({ path }) => path);
  const fill = () => encode(fillIn(random, words), random);
  const segments = entry.path.flatMap((segment) => {
    if (segment === '*') return random.picks(1 + random.below(3), fill);
    const parameter = parseParameter(segment);
    if (parameter === undefined) return [segment];
    return [parameter.prefix + fill() + parameter.suffix];
  });
  return { method: entry.method === 'ALL' ? 'GET' : entry.method, path: toPath(segments) };
}

function fillIn(random: Random, words: readonly string[]): string {
  if (random.chance(0.3)) return random.pick(GROUPS);
  const word = random.chance(0.5) ? random.pick(VALUES) : random.pick(words);
  return word.replace(/^[:*].*/, 'q').replace(/\{.*\}/, random.pick(['q', '', 'a:b', 'x.y']));
}

/** As a client would, with or without the sub-delimiters. */
function encode(text: string, random: Random): string {
  const encoded = encodeURIComponent(text);
  return random.chance(0.6)
    ? encoded.replace(/%(?:40|2B|3B|3D|2C|24|26)/g, decodeURIComponent)
    : encoded;
}

const PIECES = [
  ...['%2F', '%2f', '%5C', '%5c', '%2E', '%2e%2e', '%00', '%3B', ';', ';v=1', '%20', '%25', '%0a'],
  ...[
    '%252F',
    '%25',
    '%40',
    '%3F',
    '%23',
    '#',
    '?',
    '?x=/../',
    '//',
    '/',
    '\\',
    '/./',
    '/../',
    '..',
  ],
  ...['%E2%84%AA', '%C5%BF', '%EF%BC%8F', '%C0%AF', '%FF', '%c3%a9', '%', '%u002f', '+', '*', '@'],
  ...[
    ':go',
    '%3Ago',
    ':GO',
    '.txt',
    '%2Etxt',
    'thumbnail.',
    'v',
    'a:',
    ':go:go',
    '.x.txt',
    '%253A',
  ],
  ...['/..%2F', '..%2F', '%2F..%2F', '/.%2F', '..;/', ':', '%3A', '%7E', '%41', '\xe9', '|', '%7C'],
];

type Mutation = (path: string, random: Random) => string;

const MUTATIONS: readonly Mutation[] = [
  (path, random) => insert(path, random.below(path.length + 1), random.pick(PIECES)),
  (path, random) => insert(path, random.below(path.length + 1), random.pick(PIECES)),
  (path, random) => replaceAt(path, random.below(path.length), (c) => encodeByte(c, random)),
  (path, random) => replaceAt(path, random.below(path.length), (c) => encodeByte(c, random)),
  (path, random) =>
    replaceAt(path, random.below(path.length), (c) => encodeByte(c, random).replace('%', '%25')),
  (path, random) => replaceSlash(path, random, random.pick(['%2F', '%2f', '\\', '%5C', '//'])),
  (path, random) => replaceSlash(path, random, random.pick(['%2F', '%2f'])),
  (path, random) => replaceAt(path, random.below(path.length), (c) => c.toUpperCase()),
  (path) => path.toUpperCase(),
  (path) => path.toLowerCase(),
  (path) => `${path}/`,
  (path) => path.replace(/\/$/, ''),
  (path) => path.replace(/\/[^/]*$/, '/'),
  (path) => path.replace(/\/[^/]*$/, ''),
  (path) => `/${path}`,
  (path, random) => path.replace('/', `/${random.pick(['q', 'a', 'x', 'files'])}/../`),
  (path, random) => path.replace(/\/([^/]*)$/, `/${random.pick(['q', 'x', 'a'])}/..%2F$1`),
  (path, random) => path.replace(/\/([^/]*)$/, `/${random.pick(['q', 'x', 'a'])}%2F..%2F$1`),
  (path) => `http://api.example${path}`,
  (path) => `//api.example${path}`,
  (path, random) =>
    `${path}${random.pick(['.txt', '.html', '/index.html', '/a.txt', '/q', '.gz'])}`,
  (path) => path.replace(/[^/.]/g, (c) => encodeHex(c.charCodeAt(0))),
  (path) => `/old${path}`,
];

function insert(path: string, at: number, piece: string): string {
  return path.slice(0, at) + piece + path.slice(at);
}

function replaceAt(path: string, at: number, replace: (c: string) => string): string {
  return path.slice(0, at) + replace(path[at] ?? '') + path.slice(at + 1);
}

function replaceSlash(path: string, random: Random, by: string): string {
  const slashes = [...path.slice(1).matchAll(/\//g)].map(({ index }) => index + 1);
  if (slashes.length === 0) return path + by;
  return replaceAt(path, random.pick(slashes), () => by);
}

function encodeByte(c: string, random: Random): string {
  if (c === '') return '';
  const encoded = encodeHex(c.charCodeAt(0) & 0xff);
  return random.chance(0.5) ? encoded : encoded.toLowerCase();
}

function encodeHex(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function toLatin1(text: string): string {
  return text.replace(/[^\x21-\xff]/g, (c) => encodeURIComponent(c));
}

function pickMethod(random: Random, method: string): string {
  if (random.chance(0.8)) return method;
  return random.pick(['HEAD', 'GET', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'QUERY']);
}

function pickHeaders(random: Random): readonly string[] {
  if (random.chance(0.85)) return [];
  return [
    random.pick([
      'X-HTTP-Method-Override: GET',
      'X-HTTP-Method-Override: POST',
      'Accept: text/html',
      'X-Original-URL: /admin',
      'X-Forwarded-Prefix: /a',
    ]),
  ];
}
