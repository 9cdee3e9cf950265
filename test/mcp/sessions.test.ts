import type { McpHandler } from '@mandate/mcp';
import { describe, expect, test } from 'vitest';
import { IDENTIFIER, legacy, modern, modernHeaders, openEndpoint, post } from './open-endpoint.js';

const SESSION = { 'mcp-session-id': 'session-1' };
const initialize = legacy('initialize', { protocolVersion: '2025-11-25' });
const ping = legacy('ping');

/** Gives every initialize the same session, as a server with a fault could. */
const handler: McpHandler = (_request, { parsedBody }) => {
  const isInitialize = (parsedBody as { method?: string } | undefined)?.method === 'initialize';
  return Response.json(
    { jsonrpc: '2.0', id: 1, result: {} },
    { headers: isInitialize ? SESSION : {} },
  );
};

const as = (token: string, headers = {}) => ({ authorization: `Bearer ${token}`, ...headers });
const get = (token: string, method: string, headers: Record<string, string> = SESSION) =>
  new Request(IDENTIFIER, { method, headers: { ...as(token), ...headers } });

async function openSession() {
  const endpoint = openEndpoint({}, handler);
  const { status } = await endpoint.fetch(post(initialize, as('reader')));
  expect(status).toBe(200);
  return endpoint;
}

describe('a session', () => {
  test('belongs to its principal, also with another token', async () => {
    const { fetch } = await openSession();
    expect((await fetch(post(ping, as('reader', SESSION)))).status).toBe(200);
    expect((await fetch(post(ping, as('writer', SESSION)))).status).toBe(200);
    expect((await fetch(get('reader', 'GET'))).status).toBe(200);
  });

  test.each([
    ['a message', () => post(ping, as('eve', SESSION))],
    ['a response', () => post({ jsonrpc: '2.0', id: 1, result: {} }, as('eve', SESSION))],
    ['a new initialize', () => post(initialize, as('eve', SESSION))],
    ['someone who acts as the principal', () => post(ping, as('delegate', SESSION))],
    ['the same subject of another issuer', () => post(ping, as('elsewhere', SESSION))],
    ['an anonymous token', () => get('anonymous', 'GET')],
    ['a stream', () => get('eve', 'GET')],
    ['a stream from the last event', () => get('eve', 'GET', { ...SESSION, 'last-event-id': '1' })],
    [
      'a stream from the last event without a session',
      () => get('eve', 'GET', { 'last-event-id': '1' }),
    ],
    ['its end', () => get('eve', 'DELETE')],
    [
      'a message of 2026-07-28, whose server may still read the session',
      () => post(modern('ping'), as('eve', { ...SESSION, ...modernHeaders('ping') })),
    ],
    ['an id in capitals', () => post(ping, as('reader', { 'mcp-session-id': 'SESSION-1' }))],
    ['two ids', () => post(ping, as('reader', { 'mcp-session-id': 'session-1, session-1' }))],
    ['an id that was never given', () => post(ping, as('reader', { 'mcp-session-id': 'x' }))],
    ['an id of the prototype', () => post(ping, as('reader', { 'mcp-session-id': '__proto__' }))],
  ])('does not exist for others: %s', async (_name, createRequest) => {
    const { fetch, served } = await openSession();
    const response = await fetch(createRequest());
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32600, message: 'Session not found.' },
    });
    expect(served).toHaveLength(1);
  });

  test('of an anonymous token belongs to that token', async () => {
    const open = { scopes: [], anonymous: true };
    const { fetch } = openEndpoint({ rules: { initialize: open, ping: open } }, handler);
    expect((await fetch(post(initialize, as('anonymous')))).status).toBe(200);
    expect((await fetch(post(ping, as('anonymous', SESSION)))).status).toBe(200);
    expect((await fetch(post(ping, as('stranger', SESSION)))).status).toBe(404);
  });

  test('ends with DELETE', async () => {
    const { fetch } = await openSession();
    expect((await fetch(get('reader', 'DELETE'))).status).toBe(200);
    expect((await fetch(post(ping, as('reader', SESSION)))).status).toBe(404);
  });

  test('with the id of another session is an error of the server, and changes no owner', async () => {
    const { fetch } = await openSession();
    await expect(fetch(post(initialize, as('eve')))).rejects.toThrow(
      /session of another principal/,
    );
    expect((await fetch(post(ping, as('eve', SESSION)))).status).toBe(404);
    expect((await fetch(post(ping, as('reader', SESSION)))).status).toBe(200);
  });

  test('can be shared by instances through owners', async () => {
    const stored = new Map<string, string>();
    const owners = {
      get: async (key: string) => stored.get(key),
      set: async (key: string, owner: string) => void stored.set(key, owner),
      delete: async (key: string) => void stored.delete(key),
    };
    await openEndpoint({ owners }, handler).fetch(post(initialize, as('reader')));
    const other = openEndpoint({ owners }, handler);
    expect((await other.fetch(post(ping, as('writer', SESSION)))).status).toBe(200);
    expect((await other.fetch(post(ping, as('eve', SESSION)))).status).toBe(404);
  });
});

const TASKS = {
  'io.modelcontextprotocol/clientCapabilities': {
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
};
const call = { name: 'delete_file', arguments: {} };
const created = { jsonrpc: '2.0', id: 1, result: { task: { taskId: 't1', status: 'working' } } };
const createdSince2026 = { jsonrpc: '2.0', id: 1, result: { resultType: 'task', taskId: 't1' } };

describe('a task', () => {
  test.each([
    ['of 2025-11-25', legacy('tools/call', { ...call, task: {} }), () => Response.json(created)],
    [
      'of 2025-11-25 in a stream',
      legacy('tools/call', { ...call, task: {} }),
      () =>
        new Response(`data: ${JSON.stringify(created)}\n\n`, {
          headers: { 'content-type': 'text/event-stream' },
        }),
    ],
    [
      'of the extension',
      legacy('tools/call', { ...call, _meta: TASKS }),
      () => Response.json(createdSince2026),
    ],
  ])('%s has the rule of its tool, and belongs to its creator', async (_name, message, answer) => {
    const { fetch } = openEndpoint({}, answer);
    await (await fetch(post(message, as('writer')))).text();
    const status = async (method: string, token: string) =>
      (await fetch(post(legacy(method, { taskId: 't1' }), as(token)))).status;
    expect(await status('tasks/get', 'writer')).toBe(200);
    expect(await status('tasks/cancel', 'writer')).toBe(200);
    // The same subject with a token that may not call the tool.
    expect(await status('tasks/result', 'reader')).toBe(403);
    expect(await status('tasks/get', 'eve')).toBe(400);
  });

  test('is in the list of its creator alone', async () => {
    const list = { jsonrpc: '2.0', id: 1, result: { tasks: [{ taskId: 't1' }, { taskId: 't2' }] } };
    const answers = [created, list, list];
    const { fetch } = openEndpoint({}, () => Response.json(answers.shift()));
    await fetch(post(legacy('tools/call', { ...call, task: {} }), as('writer')));
    const own = await fetch(post(legacy('tasks/list'), as('writer')));
    expect(await own.json()).toMatchObject({ result: { tasks: [{ taskId: 't1' }] } });
    const others = await fetch(post(legacy('tasks/list'), as('eve')));
    expect(await others.json()).toMatchObject({ result: { tasks: [] } });
    expect(others.headers.get('cache-control')).toBe('private, no-store');
  });

  test('with the id of a task of another principal is an error of the server', async () => {
    const { fetch } = openEndpoint({}, () => Response.json(created));
    const message = legacy('tools/call', { ...call, task: {} });
    await fetch(post(message, as('writer')));
    await expect(fetch(post(message, as('eve')))).rejects.toThrow(/task of another principal/);
  });
});
