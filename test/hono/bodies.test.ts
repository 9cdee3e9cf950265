import { createGuard } from '@mandate/core';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { type Context, Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { createPrincipal } from '../support/static-verifier.js';

/** The caller is in group 1 and names it in the query. The group in the body counts too. */
const guard = createGuard({
  verifiers: [{ accepts: () => true, verify: () => createPrincipal({ groups: ['1'] }) }],
  endpoints: { 'POST /': { scopes: [], group: { query: 'group', body: readGroup } } },
});

function readGroup(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'group' in body ? body.group : undefined;
}

type Read = (c: Context) => Promise<unknown>;
const READS: Readonly<Record<string, Read>> = {
  json: async (c) => readGroup(await c.req.json()),
  parseBody: async (c) => readGroup(await c.req.parseBody()),
  formData: async (c) => (await c.req.formData()).get('group'),
};

/** What a handler makes of the body behind the guard, or the refusal's code. */
async function send(type: string, body: BodyInit, read: Read): Promise<string> {
  const app = new Hono<AuthEnv>().use(requireAuth(guard));
  app.post('/', async (c) => c.text(String(await read(c).catch(() => 'nothing'))));
  const headers = { authorization: 'Bearer token', ...(type && { 'content-type': type }) };
  const response = await app.request('/?group=1', { method: 'POST', headers, body });
  const text = await response.text();
  return response.ok ? text : (JSON.parse(text) as { code: string }).code;
}

function multipart(boundary: string, group: string): string {
  return `--${boundary}\r\ncontent-disposition: form-data; name="group"\r\n\r\n${group}\r\n--${boundary}--\r\n`;
}

const FORM = 'application/x-www-form-urlencoded';

describe.each(Object.entries(READS))('a handler that reads the body by %s', (_name, read) => {
  test.each([
    ['application/json', '{"group":2}'],
    ['APPLICATION/JSON', '{"group":2}'],
    ['application/json', '{"group":1,"group":1}'],
    [FORM, '{"group":2}'],
    [FORM, '{"group":1,"x":"&group=2&"}'],
    [FORM, '"&group=2&"'],
    [`${FORM}; a=json`, 'group=2'],
    [FORM, 'group=2&group=1'],
    [FORM, 'group=1&group=2'],
    [FORM, 'group=1&group[]=2'],
    [FORM, 'group=1&group.x=2'],
    ['multipart/form-data; boundary=json', multipart('json', '2')],
    ['multipart/form-data', '{"group":2}'],
  ])('never sees a group other than the guard: %s, %s', async (type, body) => {
    expect(await send(type, body, read)).toBe('group_conflict');
  });
});

test.each([
  ['text/plain', '{"group":2}'],
  ['', '{"group":2}'],
  ['application/json, multipart/form-data; boundary=X', multipart('X', '2')],
  ['application/json; charset=utf-16', '{"group":2}'],
  ['multipart/form-data; boundary=X; boundary=Y', multipart('Y', '2')],
  ['application/json', '{"group":'],
  ['application/json', '"group"'],
  ['multipart/form-data; boundary=b', 'no form'],
])('a body is rejected unless it matches its one media type: %s, %s', async (type, body) => {
  expect(await send(type, body, async () => 'reached')).toBe('group_missing');
});

test('a compressed body is rejected, because a handler could decompress it', async () => {
  const app = new Hono<AuthEnv>().use(requireAuth(guard)).post('/', (c) => c.text('reached'));
  const headers = {
    authorization: 'Bearer token',
    'content-type': 'application/json',
    'content-encoding': 'deflate',
  };
  const response = await app.request('/?group=1', { method: 'POST', headers, body: '{"group":1}' });
  expect(await response.json()).toMatchObject({ code: 'group_missing' });
});

test('a nested form that a handler parses with `dot` is judged nested as well', async () => {
  const nested = createGuard({
    verifiers: [{ accepts: () => true, verify: () => createPrincipal({ groups: ['1'] }) }],
    endpoints: {
      'POST /': {
        scopes: [],
        group: { query: 'group', body: (body) => readGroup(readTeam(body)) },
      },
    },
  });
  const app = new Hono<AuthEnv>().use(requireAuth(nested));
  app.post('/', async (c) => c.json(await c.req.parseBody({ dot: true })));
  const ask = async (body: string) => {
    const headers = { authorization: 'Bearer token', 'content-type': FORM };
    return (await app.request('/?group=1', { method: 'POST', headers, body })).json();
  };
  expect(await ask('team.group=2')).toMatchObject({ code: 'group_conflict' });
  expect(await ask('team.group=1')).toEqual({ team: { group: '1' } });
});

function readTeam(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'team' in body ? body.team : undefined;
}

test.each([
  ['application/json', '{"group":1}', 'json'],
  ['application/vnd.api+json', '{"group":1}', 'json'],
  [FORM, 'group=1', 'parseBody'],
  [FORM, 'group=1', 'formData'],
  ['multipart/form-data; boundary=b', multipart('b', '1'), 'parseBody'],
] as const)('a handler can read the judged body again: %s, %s', async (type, body, how) => {
  expect(await send(type, body, READS[how] as Read)).toBe('1');
});

test('a file in a form is not changed', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const form = new FormData();
  form.set('group', '1');
  form.set('file', new File([bytes], 'f.bin'));
  const read: Read = async (c) => {
    const file = (await c.req.parseBody())['file'] as File;
    return [...new Uint8Array(await file.arrayBuffer())].join();
  };
  expect(await send('', form, read)).toBe([...bytes].join());
});

describe('a body that was read before the guard', () => {
  const consume = (how: (c: Context) => Promise<unknown>) => {
    const faults: unknown[] = [];
    const app = new Hono<AuthEnv & { Variables: { kept: unknown } }>();
    app.onError((error, c) => {
      faults.push(error);
      return c.text('fault', 500);
    });
    app.use(async (c, next) => {
      c.set('kept', await how(c));
      return next();
    });
    app.use(requireAuth(guard)).post('/', (c) => c.text(`handled ${c.var.kept}`));
    const headers = { authorization: 'Bearer token', 'content-type': 'application/json' };
    const send = async (group: number) => {
      const init = { method: 'POST', headers, body: JSON.stringify({ group }) };
      const response = await app.request('/?group=1', init);
      return [response.status, await response.text()];
    };
    return { send, faults };
  };

  test('through Hono is checked like any other', async () => {
    const { send } = consume((c) => c.req.text());
    expect(await send(1)).toEqual([200, 'handled {"group":1}']);
    expect(await send(2)).toEqual([400, expect.stringContaining('group_conflict')]);
  });

  test('without Hono does not count as missing', async () => {
    const { send, faults } = consume((c) => c.req.raw.text());
    expect(await send(2)).toEqual([500, 'fault']);
    expect(await send(1)).toEqual([500, 'fault']);
    expect(faults).toEqual([expect.any(TypeError), expect.any(TypeError)]);
  });
});
