import { AUTH_ERRORS } from '@mandate/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bearer, type CaseRequest, get, HOSTS, post } from './case.js';
import {
  type Exchange,
  isHostsNotFound,
  startNewestServers,
  type TestServer,
  toRawRequest,
} from './harness.js';
import { type RawResponse, readHeader } from './raw-http.js';
import { ANONYMOUS, GLOBAL, NOW, scoped, token, USER } from './tokens.js';

/** A request for each error code. */
const REFUSALS: Readonly<Record<keyof typeof AUTH_ERRORS, CaseRequest>> = {
  credentials_missing: get('/me'),
  credentials_malformed: get('/me', bearer(USER), bearer(USER)),
  path_ambiguous: get('/docs//admin', bearer(USER)),
  token_invalid: get('/me', bearer('forged')),
  token_expired: get('/me', bearer(token({ exp: NOW - 60 }))),
  token_revoked: get('/me', bearer('mdt_revoked')),
  act_as_required: get('/me', bearer(GLOBAL)),
  act_as_malformed: get('/me', bearer(GLOBAL), 'X-Glean-ActAs: undefined'),
  act_as_forbidden: get('/me', bearer(USER), 'X-Glean-ActAs: grace@example.com'),
  act_as_unknown: get('/me', bearer(GLOBAL), 'X-Glean-ActAs: nobody@example.com'),
  group_missing: get('/lookup', bearer(USER)),
  group_conflict: get('/lookup?groupid=1&groupid=2', bearer(USER)),
  group_mismatch: get('/lookup?groupid=1', bearer(USER)),
  scope_required: get('/report', bearer(scoped('SEARCH'))),
  endpoint_unmapped: get('/forgotten', bearer(USER)),
  anonymous_not_allowed: get('/me', bearer(ANONYMOUS)),
  address_not_allowed: get('/me', bearer('mdt_elsewhere')),
  authentication_insufficient: post('/payments', bearer(USER)),
  condition_failed: get('/owned/grace', bearer(USER)),
  cross_site: post('/search', `Cookie: session=${await USER}`),
  verifier_unavailable: get('/me', bearer('mdt_outage')),
};

/** Requests that hosts answer themselves, before the guard or instead of it. */
const BY_HOSTS: Readonly<Record<string, CaseRequest>> = {
  'A method that the HTTP parser does not know': { ...get('/me'), method: 'BREW' },
  'A control character in the path': get('/me\x7f'),
  'Headers of more than 16 KiB': get('/me', `X-Filler: ${'x'.repeat(17 * 1024)}`),
  'A backslash in the path, from a caller with a token': get('/docs\\admin', bearer(USER)),
  'A body that is not JSON': {
    ...post('/by-body', bearer(USER), 'Content-Type: application/json'),
    body: '{',
  },
  'A fault of a verifier or of resolveUser': get('/me', bearer('mdt_fault')),
};

let servers: readonly TestServer[] = [];

beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  servers = await startNewestServers();
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

test('writes every refusal as in WIRE.md', async () => {
  const parts = [INTRODUCTION];
  for (const [code, { status }] of Object.entries(AUTH_ERRORS)) {
    const answers = await askHosts(REFUSALS[code as keyof typeof AUTH_ERRORS]);
    // Nest guards only what its router finds.
    const refused = answers.filter((exchange) => !isHostsNotFound(exchange));
    const [written = '', ...others] = refused.map(({ response }) => writeRefusal(response));
    for (const other of others) expect(other).toBe(written);
    expect(written).toContain(`HTTP/1.1 ${status} `);
    expect(written).toContain(`"code":"${code}"`);
    parts.push(`## \`${code}\`\n\n\`\`\`http\n${written}\n\`\`\``);
  }
  parts.push(BY_HOSTS_INTRODUCTION);
  for (const [what, request] of Object.entries(BY_HOSTS)) {
    const answers = await askHosts(request);
    for (const { reached } of answers) expect(reached).toEqual([]);
    const rows = answers.map(
      ({ response }, i) => `| ${Object.keys(ASKED)[i]} | ${writeShort(response)} |`,
    );
    parts.push(`### ${what}\n\n| host | answer |\n|---|---|\n${rows.join('\n')}`);
  }
  await expect(`${parts.join('\n\n')}\n`).toMatchFileSnapshot('WIRE.md');
});

const INTRODUCTION = `# What a refusal looks like on the wire

Written by \`wire.test.ts\` from the answers of Express, Koa, Hono, Fastify and Nest, which are identical; headers that hosts add themselves
(\`Date\`, \`Connection\`, \`Content-Length\`, …) are left out. After an intended change, run the contract tests with \`-u\` and
read the difference.

A \`HEAD\` request gets the same without the body. The realm is an option of the guard; without it a bare challenge is \`Bearer\`.`;

const BY_HOSTS_INTRODUCTION = `# What hosts answer themselves

Some requests are answered before the guard or instead of it. No handler is reached.`;

/** The servers that are asked, by the host as the tables name it. */
const ASKED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(HOSTS.map((host) => [host, `${host} root`])),
  nest: 'nest by-route (express)',
  'nest on fastify': 'nest by-route (fastify)',
};

function askHosts(request: CaseRequest): Promise<readonly Exchange[]> {
  const asked = Object.values(ASKED).map((own) => servers.find(({ name }) => name === own));
  return Promise.all(
    asked.map(async (server) => {
      const raw = await toRawRequest(request, server as TestServer);
      return (server as TestServer).send(raw);
    }),
  );
}

const SHOWN = ['content-type', 'cache-control', 'www-authenticate', 'retry-after'];

function writeRefusal(response: RawResponse): string {
  const headers = SHOWN.flatMap((name) => {
    const value = readHeader(response, name);
    return value === undefined ? [] : [`${name}: ${value}`];
  });
  return [response.statusLine, ...headers, '', response.body].join('\n');
}

function writeShort({ statusLine, body }: RawResponse): string {
  const code = /"code":"([a-z_]+)"/.exec(body)?.[1];
  if (code !== undefined) return `\`${code}\`, as above`;
  const message = /"message":"(.*?)"/.exec(body)?.[1] ?? body;
  const text = message.replace(/<title>.*?<\/title>/s, '').replace(/<[^>]*>/g, ' ');
  const words = text.trim().replace(/\s+/g, ' ');
  return `\`${statusLine}\`${words === '' ? '' : `, \`${words}\``}`;
}
