import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createExports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { createSqlDirectory } from '@mandate/sql/issuer';
import { openSqlite } from '@mandate/sql/sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engagement, SITE } from '../exports/support/events.js';
import { answer, createReceiver } from '../exports/support/receiver.js';
import { listen } from '../support/listen.js';
import { createSigningKey, type SigningKey, signToken, validClaims } from '../support/tokens.js';
import { run } from './run.js';

const README = fileURLToPath(new URL('../../packages/cli/README.md', import.meta.url));
/** Inside the tests, so that modules find what the tests have. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ISSUER = 'https://sso.example.com/';
const KEY = randomBytes(32);

let folder: string;
let key: SigningKey;

beforeAll(async () => {
  folder = await mkdtemp(join(FOLDER, 'transcript-'));
  key = await createSigningKey('RS256');
});

afterAll(() => rm(folder, { recursive: true }));

/** A command of a transcript, with what it prints below it. */
interface Exchange {
  readonly command: string;
  readonly output: string;
}

function readExchanges(markdown: string): readonly Exchange[] {
  const blocks = [...markdown.matchAll(/^```text\n(\$ .*?)^```$/gms)].map(([, text = '']) => text);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((exchange) => {
        const [command = '', ...lines] = exchange.trimEnd().split('\n');
        return { command, output: lines.join('\n') };
      }),
  );
}

/** What differs from run to run, in the same width, so that columns stay. */
function normalize(text: string): string {
  return text
    .replace(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, 'ID'.padEnd(36, '.'))
    .replace(/\b\d{4}-\d\d-\d\d(?:T|\s)\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'DATE'.padEnd(20, '.'))
    .replace(/ [\dA-Za-z]{4} {2}(?=DATE)/g, ' ENDS  ')
    .replace(/mdt_\w{49}/g, 'mdt_SECRET')
    .replace(/\b[\da-f]{32}\b/g, 'ID'.padEnd(32, '.'))
    .replace(/cli:\w+/g, 'cli:ops')
    .replace(/\d+ s from now/g, 'N s from now')
    .replace(/\d+ characters/g, 'N characters')
    .replace(/\b[\w-]{43}\b/g, 'THUMBPRINT')
    .replace(/ +$/gm, '');
}

test('the README shows what the commands print', async () => {
  const readme = await readFile(README, 'utf8');
  const exchanges = readExchanges(readme);
  expect(exchanges.length).toBeGreaterThan(20);
  const shell = await createShell();
  const printed: string[] = [];
  for (const { command } of exchanges) printed.push(`$ ${command}\n${await shell(command)}`);
  const shown = exchanges.map(({ command, output }) => `$ ${command}\n${output}`);
  expect(printed.map(normalize)).toEqual(shown.map(normalize));
});

/** Runs one line of a transcript after the other: what it prints on both streams. */
async function createShell(): Promise<(line: string) => Promise<string>> {
  const env: Record<string, string> = {
    MANDATE_DATABASE: join(folder, 'mandate.db'),
    MANDATE_KEY_ENCRYPTION_KEYS: KEY.toString('base64'),
    USER: 'ops',
  };
  const variables: Record<string, string> = { TOKEN: await writeModules() };
  const issuer = await startIssuer();
  let status = 0;
  return async (line) => {
    if (line === 'echo $?') return String(status);
    const prepare = PREPARATIONS[line];
    if (prepare !== undefined) await prepare(env['MANDATE_DATABASE'] ?? '', variables);
    const [, input, command = '', discarded] =
      /^(?:echo (\S+) \| )?(?:npx )?mandate (.*?)( > \S+)?$/.exec(
        expand(line, variables).replaceAll(ISSUER, issuer),
      ) ?? [];
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, word]) => quoted ?? word ?? '',
    );
    const ran = await run(words, { env, directory: folder, stdin: input ?? '' });
    status = ran.code;
    const shown = [discarded === undefined ? ran.out : '', ran.err].filter((text) => text !== '');
    return shown.join('\n').replaceAll(issuer, ISSUER).replaceAll(`${folder}/`, '');
  };
}

function expand(line: string, variables: Readonly<Record<string, string>>): string {
  return line.replace(/\$([A-Z]+)/g, (_, name: string) => variables[name] ?? '');
}

/** The issuer of the transcripts, at an address that exists. */
async function startIssuer(): Promise<string> {
  let issuer = '';
  const encryption = { ...key.publicJwk, kid: 'enc-1', use: 'enc', alg: undefined };
  const signing = { ...key.publicJwk, kid: '2030-01', alg: 'RS256' };
  const origin = await listen((request, response) => {
    const metadata = { issuer, jwks_uri: `${issuer}.well-known/jwks.json` };
    const isMetadata = request.url?.includes('openid-configuration');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isMetadata ? metadata : { keys: [signing, encryption] }));
  });
  issuer = `${origin}/`;
  return issuer;
}

/** What the modules of the transcripts are. @returns a token. */
async function writeModules(): Promise<string> {
  const jwks = { keys: [{ ...key.publicJwk, kid: '2030-01', alg: 'RS256' }] };
  const policy = (scopes: string) => `
    import { createGuard } from '@mandate/core';
    import { createJwtVerifier, createLocalKeySet } from '@mandate/core/jwt';
    const keys = createLocalKeySet(${JSON.stringify(jwks)});
    const issuer = { issuer: 'https://sso.example.com/', audience: 'https://api.example.com', keys };
    export const endpoints = { 'GET /documents/:id': { scopes: ${scopes} } };
    export const guard = createGuard({ verifiers: [createJwtVerifier(issuer)], endpoints });`;
  await writeFile(join(folder, 'policy.js'), policy("['DOCUMENTS', 'ADMIN']"));
  await writeFile(join(folder, 'policy.before.js'), policy("['DOCUMENTS']"));
  await writeFile(
    join(folder, 'app.js'),
    `
    import { requireAuth } from '@mandate/express';
    import express from 'express';
    import { guard } from './policy.js';
    export const app = express().use(requireAuth(guard));
    app.get('/documents/:id', (_req, res) => res.end());
    app.get('/reports', (_req, res) => res.end());`,
  );
  const claims = { iss: 'https://sso.example.com/', aud: 'https://api.example.com', jti: 'tok_7' };
  const times = { iat: 1_900_000_000, exp: 4_000_000_000, scope: 'DOCUMENTS' };
  return signToken(validClaims({ ...claims, ...times }), { key, kid: '2030-01', typ: 'JWT' });
}

type Preparation = (file: string, variables: Record<string, string>) => Promise<void>;

/** What has to be in the database before a line: administration that has no command, and what servers store. */
const PREPARATIONS: Readonly<Record<string, Preparation>> = {
  'mandate users join u1 1001 --scopes VIEW': async (file) => {
    const database = await openSqlite({ file });
    const directory = createSqlDirectory(database, { keyEncryptionKeys: [KEY] });
    await directory.putGroup({ id: '1001', services: ['presence'] });
    await database.close();
  },
  'mandate connections list': async (file, variables) => {
    const receiver = await createReceiver();
    receiver.always(answer(422));
    const database = await openSqlite({ file });
    const crmExports = createExports({
      store: createSqlExportStore(database),
      keys: [KEY],
      callbackUrl: 'https://app.example.com/callback',
      allowLoopback: true,
      onEvent: null,
      onError: null,
    });
    const { connection } = await crmExports.connections.create({
      preset: 'generic',
      grantType: 'none',
      name: 'Events',
      siteId: SITE,
      destination: { kind: 'webhook', url: `${receiver.origin}/events` },
    });
    variables['CONNECTION'] = connection.id;
    await crmExports.enqueue(engagement('e-1'));
    await crmExports.worker.runOnce();
    await database.close();
  },
};
