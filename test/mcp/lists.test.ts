import { describe, expect, test } from 'vitest';
import { IDENTIFIER, legacy, modern, modernHeaders, openEndpoint, post } from './open-endpoint.js';

const TOOLS = ['find_file', 'delete_file', 'format_disk', 'report_sales', 'Find_File'].map(
  (name) => ({ name }),
);
const RESULT = { jsonrpc: '2.0', id: 1, result: { tools: TOOLS, nextCursor: 'next' } };
const names = (value: { result: { tools: { name: string }[] } }) =>
  value.result.tools.map(({ name }) => name);

const json =
  (value: unknown, headers = {}) =>
  () =>
    Response.json(value, { headers });
const stream =
  (...chunks: readonly string[]) =>
  () => {
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
        controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  };

const filtered = { filterLists: true };
const list = (method = 'tools/list', token = 'reader') =>
  post(legacy(method), { authorization: `Bearer ${token}` });

describe('a list in JSON', () => {
  test('has everything by default, as the server sent it', async () => {
    const response = await openEndpoint({}, json(RESULT)).fetch(list());
    expect(await response.json()).toEqual(RESULT);
    expect(response.headers.get('cache-control')).toBeNull();
  });

  test('has what the principal may use, keeps its cursor, and is private', async () => {
    const headers = { etag: '"1"', 'content-length': '5', 'cache-control': 'public, max-age=60' };
    const answer = () =>
      new Response(JSON.stringify(RESULT), {
        headers: { ...headers, 'content-type': 'application/json' },
      });
    const response = await openEndpoint(filtered, answer).fetch(list());
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect([response.headers.get('etag'), response.headers.get('content-length')]).toEqual([
      null,
      null,
    ]);
    const value = await response.json();
    expect(names(value)).toEqual(['find_file']);
    expect(value.result).toEqual({ tools: [{ name: 'find_file' }], nextCursor: 'next' });
  });

  test.each([
    ['writer', ['find_file', 'delete_file']],
    ['reporter', ['report_sales']],
    ['eve', ['find_file', 'delete_file', 'report_sales']],
  ])('of %s has %j', async (token, expected) => {
    const response = await openEndpoint(filtered, json(RESULT)).fetch(list('tools/list', token));
    expect(names(await response.json())).toEqual(expected);
  });

  test('says since 2026-07-28 that no gateway may share it', async () => {
    const result = { ...RESULT, result: { ...RESULT.result, ttlMs: 1, cacheScope: 'public' } };
    const { fetch } = openEndpoint(filtered, json(result));
    const response = await fetch(post(modern('tools/list'), modernHeaders('tools/list')));
    expect((await response.json()).result).toMatchObject({ ttlMs: 1, cacheScope: 'private' });
  });

  test.each([
    [
      'prompts/list',
      { prompts: [{ name: 'summary' }, { name: 'other' }] },
      { prompts: [{ name: 'summary' }] },
    ],
    [
      'resources/list',
      {
        resources: [
          { uri: 'notes://today' },
          { uri: 'notes://x' },
          { uri: 'file:///reports/../a' },
          { uri: 1 },
        ],
      },
      { resources: [{ uri: 'notes://today' }] },
    ],
    [
      'resources/templates/list',
      {
        resourceTemplates: [
          { uriTemplate: 'file:///{path}' },
          { uriTemplate: 'file:///reports/secret/{id}' },
        ],
      },
      { resourceTemplates: [] },
    ],
    ['tools/list', { tools: 'all' }, { tools: [] }],
    ['tools/list', { tools: [null, 'find_file', ['find_file'], {}] }, { tools: [] }],
  ])('of %s is filtered too: %j', async (method, result, expected) => {
    const { fetch } = openEndpoint(filtered, json({ jsonrpc: '2.0', id: 1, result }));
    expect((await (await fetch(list(method))).json()).result).toEqual(expected);
  });

  test('of templates has those whose every rule the principal satisfies', async () => {
    const result = {
      resourceTemplates: [
        { uriTemplate: 'file:///reports/{path}' },
        { uriTemplate: 'file:///reports/secret/{id}' },
      ],
    };
    const { fetch } = openEndpoint(filtered, json({ jsonrpc: '2.0', id: 1, result }));
    const get = async (token: string) =>
      (await (await fetch(list('resources/templates/list', token))).json()).result
        .resourceTemplates;
    expect(await get('reporter')).toEqual([]);
    expect(await get('eve')).toEqual(result.resourceTemplates);
  });

  test('in the answer to a batch is filtered', async () => {
    const options = { ...filtered, acceptBatches: true };
    const { fetch } = openEndpoint(options, json([{ jsonrpc: '2.0', id: 2, result: {} }, RESULT]));
    const response = await fetch(post([legacy('tools/list'), { ...legacy('ping'), id: 2 }]));
    const [first, second] = await response.json();
    expect([first.result, names(second)]).toEqual([{}, ['find_file']]);
  });

  test('passes errors on', async () => {
    const error = { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'no' } };
    const { fetch } = openEndpoint(filtered, json(error));
    expect(await (await fetch(list())).json()).toEqual(error);
  });

  test('asks conditions about the list', async () => {
    const rules = {
      'tools/list': { scopes: [] },
      'tools/call find_file': { scopes: [], allowIf: async () => true as const },
      'tools/call delete_file': { scopes: [], allowIf: () => 'not now' },
    };
    const { fetch } = openEndpoint({ ...filtered, rules }, json(RESULT));
    expect(names(await (await fetch(list())).json())).toEqual(['find_file']);
  });

  test('has tools that need another authentication, because a call asks for it', async () => {
    const rules = {
      'tools/list': { scopes: [] },
      'tools/call find_file': { scopes: [], stepUp: { maxAuthAgeSeconds: 60 } },
    };
    const { fetch } = openEndpoint({ ...filtered, rules }, json(RESULT));
    expect(names(await (await fetch(list())).json())).toEqual(['find_file']);
    const response = await fetch(post(legacy('tools/call', { name: 'find_file' })));
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/insufficient_user_authentication.*max_age=/),
    ]);
  });

  test.each([
    ['compressed', json(RESULT, { 'content-encoding': 'gzip' }), /must not be compressed/],
    ['text', () => new Response(JSON.stringify(RESULT)), /must be JSON or an event stream/],
    [
      'not JSON',
      () => new Response('tools', { headers: { 'content-type': 'application/json' } }),
      /JSON/,
    ],
  ])('that cannot be checked is an error, not an answer: %s', async (_name, answer, message) => {
    await expect(openEndpoint(filtered, answer).fetch(list())).rejects.toThrow(message);
  });
});

const data = (value: unknown) => `data: ${JSON.stringify(value)}`;
const visible = { ...RESULT, result: { tools: [{ name: 'find_file' }], nextCursor: 'next' } };
const progress = data({ jsonrpc: '2.0', method: 'notifications/progress', params: {} });

describe('a list in a stream', () => {
  test.each([
    ['one event', [`event: message\n${data(RESULT)}\n\n`], `event: message\n${data(visible)}\n\n`],
    ['CRLF', [`id: 1\r\n${data(RESULT)}\r\n\r\n`], `id: 1\n${data(visible)}\n\n`],
    ['CR', [`${data(RESULT)}\r\r`], `${data(visible)}\n\n`],
    ['no space after the colon', [`data:${JSON.stringify(RESULT)}\n\n`], `${data(visible)}\n\n`],
    [
      'several lines',
      [
        JSON.stringify(RESULT, null, 1)
          .split('\n')
          .map((line) => `data: ${line}\n`)
          .join(''),
        '\n',
      ],
      `${data(visible)}\n\n`,
    ],
    [
      'other events before it',
      [`: hello\n\n${progress}\n\nid: 2\ndata: \n\n`, `${data(RESULT)}\n\n`],
      `: hello\n\n${progress}\n\nid: 2\ndata: \n\n${data(visible)}\n\n`,
    ],
    [
      'one event in many chunks',
      [...`retry: 5\n${data(RESULT)}\n\n`],
      `retry: 5\n${data(visible)}\n\n`,
    ],
    [
      'two events in one chunk',
      [`${data(RESULT)}\n\n${data(RESULT)}\n\n`],
      `${data(visible)}\n\n${data(visible)}\n\n`,
    ],
    [
      'a comment between the lines',
      [`: x\n${data(RESULT)}\n: y\n\n`],
      `: x\n: y\n${data(visible)}\n\n`,
    ],
    ['an event without its end', [`${progress}\n\n${data(RESULT)}\n`], `${progress}\n\n`],
  ])('is filtered: %s', async (_name, chunks, expected) => {
    const response = await openEndpoint(filtered, stream(...chunks)).fetch(list());
    expect(await response.text()).toBe(expected);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  test.each([
    ['text', 'data: tools\n\n'],
    ['JSON without framing', `${JSON.stringify(RESULT)}\n\n`],
    ['JSON that ends early', `${data(RESULT).slice(0, -1)}\n\n`],
  ])('that cannot be checked shows nothing: %s', async (_name, chunk) => {
    const response = await openEndpoint(filtered, stream(chunk)).fetch(list());
    const text = await response.text().catch(() => '');
    expect(text).not.toContain('delete_file');
  });

  test('of a GET, which may repeat the answer to any request, is filtered', async () => {
    const { fetch } = openEndpoint(filtered, stream(`${data(RESULT)}\n\n`));
    const headers = { authorization: 'Bearer reader' };
    const response = await fetch(new Request(IDENTIFIER, { headers }));
    expect(await response.text()).toBe(`${data(visible)}\n\n`);
  });

  test('keeps characters that chunks divide', async () => {
    const tool = { name: 'find_file', title: '検索' };
    const bytes = new TextEncoder().encode(`${data({ ...RESULT, result: { tools: [tool] } })}\n\n`);
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const answer = () => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    const response = await openEndpoint(filtered, answer).fetch(list());
    expect(await response.text()).toContain('検索');
  });
});
