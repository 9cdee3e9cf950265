import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyServer, type KeyServer, serveKeys } from '../support/key-server.js';
import { createSigningKey, type SigningKey, signToken, validClaims } from '../support/tokens.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/next');
const NEXT = join(EXAMPLE, 'node_modules/next/dist/bin/next');
const SETTINGS = { ISSUER: 'https://sso.example.com/', AUDIENCE: 'https://api.example.com' };

/** Copies the example, because a build writes into its folder. Inside the repository, or it would not find packages. */
function copyExample(): string {
  const copy = mkdtempSync(join(ROOT, '.config/next-'));
  const isSource = (path: string) => !/\/(?:node_modules|\.next)(?:\/|$)/.test(path);
  cpSync(EXAMPLE, copy, { recursive: true, filter: isSource });
  symlinkSync(join(EXAMPLE, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

let folder: string;
let key: SigningKey;
let keyServer: KeyServer;
let server: ChildProcess;
let origin: string;
/** The id of the build, which is in the paths of data of pages. */
let build: string;

beforeAll(async () => {
  key = await createSigningKey('ES256');
  keyServer = await createKeyServer(serveKeys(key));
  folder = copyExample();
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
  await promisify(execFile)(process.execPath, [NEXT, 'build'], { cwd: folder, env });
  build = readFileSync(join(folder, '.next/BUILD_ID'), 'utf8');
  server = spawn(process.execPath, [NEXT, 'start', '-p', '0', '-H', '127.0.0.1'], {
    cwd: folder,
    env: { ...env, ...SETTINGS, JWKS_URI: keyServer.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  origin = await new Promise<string>((resolve, reject) => {
    let output = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (found !== undefined && output.includes('Ready')) resolve(found);
    });
    server.once('exit', () => reject(new Error(output)));
  });
});

afterAll(async () => {
  server?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  await keyServer?.stop();
});

interface Answer {
  readonly status: number | undefined;
  /** What the proxy has done: `passed`, `rejected`, or `undefined` if it did not run. */
  readonly gate: string | undefined;
  readonly body: string;
  readonly challenge: string | undefined;
}

interface Call {
  readonly method?: string;
  /** A list is a header that is sent several times. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

/** Sends the target as it is written: `fetch` would resolve dot segments. */
function ask(target: string, { method = 'GET', headers, body }: Call = {}): Promise<Answer> {
  const path = target.replace('BUILD', build);
  return new Promise((resolve, reject) => {
    const sent = request(origin, { path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          gate: response.headers['x-gate'] as string | undefined,
          body: text,
          challenge: response.headers['www-authenticate'],
        }),
      );
    });
    sent.on('error', reject).end(body);
  });
}

async function bearer(scope: string, claims: object = {}) {
  const token = await signToken(
    validClaims({ iss: SETTINGS.ISSUER, aud: SETTINGS.AUDIENCE, sub: 'ada', scope, ...claims }),
    { key },
  );
  return { authorization: `Bearer ${token}` };
}

const codeOf = ({ status, body }: Answer) =>
  status === 200 ? 200 : `${status} ${/"code":"(\w+)"/.exec(body)?.[1]}`;

/** The rows of the table in the README: what is asked for, whether the proxy runs, and the rule that decides. */
function readRows(): readonly (readonly [target: string, proxy: string, rule: string])[] {
  const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\/.*?)` \| (.*?) \| `GET (.*?)` \|$/gm)];
  return rows.map(([, target = '', proxy = '', rule = '']) => [target, proxy, rule]);
}

/** What each rule requires, and how its handler is recognized. */
const RULES: Readonly<Record<string, { readonly scope: string; readonly answer: string }>> = {
  '/api/documents/:id': { scope: 'READ', answer: '{"document":"7","reader":"ada"' },
  '/api/admin': { scope: 'ADMIN', answer: '{"admin":"ada"}' },
  '/notes': { scope: 'READ', answer: 'ada' },
};

describe('examples/next', () => {
  test.each(readRows())('%s: the proxy %s, and %s decides', async (target, proxy, rule) => {
    const { scope, answer } = RULES[rule] as (typeof RULES)[string];
    const runs = proxy === 'runs';
    const stranger = await ask(target);
    expect(stranger.gate).toBe(runs ? 'rejected' : undefined);
    expect(codeOf(stranger)).toBe('401 credentials_missing');
    expect(stranger.challenge).toMatch(/^Bearer/);
    // The gate lets a token pass that the handler's guard rejects.
    const other = await ask(target, { headers: await bearer(scope === 'READ' ? 'ADMIN' : 'READ') });
    expect(other.gate).toBe(runs ? 'passed' : undefined);
    expect(codeOf(other)).toBe('403 scope_required');
    expect(other.challenge).toContain(`scope="${scope}"`);
    const allowed = await ask(target, { headers: await bearer(scope) });
    expect(allowed.gate).toBe(other.gate);
    expect(codeOf(allowed)).toBe(200);
    expect(allowed.body).toContain(answer);
  });

  test('has handlers that see the URL before a rewrite, by which no rule could decide', async () => {
    const headers = await bearer('READ');
    const { body } = await ask('/portal/public/documents/7', { headers });
    expect(JSON.parse(body)).toMatchObject({ document: '7', pathname: '/public/documents/7' });
  });

  test.each([
    '/portal/api/documents/a%2Fb',
    '/portal/public/documents/a%2Fb',
    '/portal/public/documents/..%2Fadmin',
  ])('rejects %s, whose parameter has a slash', async (target) => {
    expect(codeOf(await ask(target, { headers: await bearer('READ ADMIN') }))).toBe(
      '400 path_ambiguous',
    );
  });

  test.each(['/portal/api/documents/7', '/portal/public/documents/7', '/portal/open-notes'])(
    'rejects expired and invalid tokens at %s',
    async (target) => {
      const expired = await bearer('READ', { exp: 1 });
      expect(codeOf(await ask(target, { headers: expired }))).toBe('401 token_expired');
      const headers = { authorization: 'Bearer invalid' };
      expect(codeOf(await ask(target, { headers }))).toBe('401 token_invalid');
    },
  );

  test('judges two Authorization headers by the first, except in a page', async () => {
    const { authorization: reader } = await bearer('READ');
    const { authorization: admin } = await bearer('ADMIN');
    const headers = { authorization: [reader, admin] };
    expect(codeOf(await ask('/portal/public/documents/7', { headers }))).toBe(200);
    expect(codeOf(await ask('/portal/public/admin', { headers }))).toBe('403 scope_required');
    expect(codeOf(await ask('/portal/open-notes', { headers }))).toBe('400 credentials_malformed');
  });

  test('passes a body on, and takes cookies for a POST from its own pages only', async () => {
    const { authorization } = await bearer('WRITE READ');
    const target = '/portal/public/documents/7';
    const written = await ask(target, { method: 'POST', headers: { authorization }, body: 'ä' });
    expect(JSON.parse(written.body)).toMatchObject({ writer: 'ada', text: 'ä' });
    const cookie = authorization.replace('Bearer ', '__Host-access_token=');
    expect(codeOf(await ask('/portal/notes', { headers: { cookie } }))).toBe(200);
    const post = (site: string) =>
      ask(target, { method: 'POST', headers: { cookie, 'sec-fetch-site': site }, body: 'x' });
    expect(codeOf(await post('cross-site'))).toBe('403 cross_site');
    expect(codeOf(await post('same-origin'))).toBe(200);
  });
});
