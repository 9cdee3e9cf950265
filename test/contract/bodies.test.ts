import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createGuard } from '@mandate/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPrincipal } from '../support/static-verifier.js';
import { STACKS } from './body-hosts.js';
import { sendRaw } from './raw-http.js';

/** The caller is in group 1, and the query says so; the body may name a group as well. */
const guard = createGuard({
  verifiers: [{ accepts: () => true, verify: () => createPrincipal({ groups: ['1'] }) }],
  endpoints: { 'POST /': { scopes: [], group: { query: 'group', body: findGroup } } },
});

function findGroup(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'group' in body ? body.group : undefined;
}

function part(group: string, name = 'group'): string {
  return `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${group}\r\n`;
}

const JSON_TYPE = 'Content-Type: application/json';
const FORM = 'Content-Type: application/x-www-form-urlencoded';
const MULTIPART = 'Content-Type: multipart/form-data; boundary=X';
const GOOD: Readonly<Record<'json' | 'form' | 'multipart', Body>> = {
  json: [[JSON_TYPE], '{"group":1}'],
  form: [[FORM], 'group=1'],
  multipart: [[MULTIPART], `${part('1')}--X--\r\n`],
};

/** Field lines and a body, in Latin-1. */
type Body = readonly [headers: readonly string[], body: string];

const GZIP = 'Content-Encoding: gzip';
const zip = (text: string) => gzipSync(text).toString('latin1');
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

/** Each names the group 2 to one reader at least. */
const HOSTILE: Readonly<Record<string, Body>> = {
  JSON: [[JSON_TYPE], '{"group":2}'],
  'JSON of another type': [['Content-Type: application/vnd.api+json'], '{"group":2}'],
  'JSON without a type': [[], '{"group":2}'],
  'JSON as text': [['Content-Type: text/plain'], '{"group":2}'],
  'JSON as a form': [[FORM], '{"group":2}'],
  'JSON that is a form as well': [[FORM], '{"group":1,"x":"&group=2&"}'],
  'JSON with the member twice': [[JSON_TYPE], '{"group":2,"group":1}'],
  'JSON with the member twice, escaped': [[JSON_TYPE], '{"group":1,"gr\\u006fup":2}'],
  'JSON in another charset': [['Content-Type: application/json; charset=utf-7'], '{"group":2}'],
  'JSON in UTF-16': [['Content-Type: application/json; charset=utf-16le'], '{"group":2}'],
  'compressed JSON': [[JSON_TYPE, GZIP], zip('{"group":2}')],
  'compressed JSON with a tail': [[JSON_TYPE, GZIP], `${zip('{"group":1}')}{"group":2}`],
  'JSON in chunks': [[JSON_TYPE, 'Transfer-Encoding: chunked'], chunk('{"group":2}')],
  'a form': [[FORM], 'group=2'],
  'a form as JSON': [[JSON_TYPE], 'group=2'],
  'a form without a type': [[], 'group=2'],
  'a form with the field twice': [[FORM], 'group=1&group=2'],
  'a form with the field twice, the other first': [[FORM], 'group=2&group=1'],
  'a form with brackets': [[FORM], 'group=1&group[]=2'],
  'a form with an index': [[FORM], 'group[1]=2&group[0]=1'],
  'a form with a dot': [[FORM], 'group=1&group.x=2'],
  'a form with an encoded name': [[FORM], 'group=1&%67roup=2'],
  'a multipart form': [[MULTIPART], `${part('2')}--X--\r\n`],
  'a multipart form as JSON': [[JSON_TYPE], `${part('2')}--X--\r\n`],
  'a multipart form with the field twice': [[MULTIPART], `${part('1')}${part('2')}--X--\r\n`],
  'a multipart form with brackets': [[MULTIPART], `${part('1')}${part('2', 'group[]')}--X--\r\n`],
  'a multipart form behind the end of another': [
    [MULTIPART],
    `${part('1')}--X--\r\n${part('2')}--X--\r\n`,
  ],
  'a multipart form in chunks': [
    [MULTIPART, 'Transfer-Encoding: chunked'],
    chunk(`${part('2')}--X--\r\n`),
  ],
  'two types, JSON first': [
    [`${JSON_TYPE}, multipart/form-data; boundary=X`],
    `${part('2')}--X--\r\n`,
  ],
  'two types, multipart first': [[`${MULTIPART}, application/json`], '{"group":2}'],
  'two lines of types': [[JSON_TYPE, MULTIPART], `${part('2')}--X--\r\n`],
  'two boundaries': [[`${MULTIPART}; boundary=Y`], `${part('2').replaceAll('X', 'Y')}--Y--\r\n`],
};

describe.each(STACKS.map((stack) => [stack.name, stack] as const))('%s', (_name, stack) => {
  const seen: unknown[] = [];
  let server: Server;

  beforeAll(async () => {
    server = stack.start(guard, (group) => seen.push(group));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = async ([headers, body]: Body, target = '/?group=1') => {
    seen.length = 0;
    const { port } = server.address() as AddressInfo;
    const request = { method: 'POST', target, body };
    const lines = ['Authorization: Bearer token', ...headers];
    return (await sendRaw(port, { ...request, headers: lines })).status;
  };

  test.each(Object.entries(HOSTILE))(
    'never serves %s to a handler that sees another group',
    async (_how, body) => {
      await ask(body);
      // A handler that has another group was not asked for; 4xx and 5xx are the host's own answers.
      expect(seen.filter((group) => group !== undefined && String(group) !== '1')).toEqual([]);
    },
  );

  test.each([
    ['a form', [[FORM], '[group]=1'] as const],
    ['a multipart form', [[MULTIPART], `${part('1', '[group]')}--X--\r\n`] as const],
  ])('never serves %s whose group only another parser finds', async (_kind, body) => {
    await ask(body, '/');
    expect(seen.filter((group) => String(group) !== '1')).toEqual([]);
  });

  test('serves a body that the parser before the guard has parsed, and no other', async () => {
    for (const kind of ['json', 'form', 'multipart'] as const) {
      const expected = stack.parses.includes(kind) ? 200 : (stack.unparsed ?? 400);
      expect([kind, await ask(GOOD[kind])]).toEqual([kind, expected]);
    }
  });

  test('serves a request without a body', async () => {
    expect(await ask([['Content-Length: 0'], ''])).toBe(200);
  });
});
