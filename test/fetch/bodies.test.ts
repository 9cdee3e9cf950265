import { createGuard } from '@mandate/core';
import { guardFetch } from '@mandate/fetch';
import { describe, expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const groupOf = (body: unknown) => (body as { group?: unknown } | undefined)?.group;
const reasons: (string | undefined)[] = [];
const guard = createGuard({
  verifiers: [verifierOf(createPrincipal({ groups: ['1'] }))],
  endpoints: {
    'POST /notes': { scopes: [], group: { body: groupOf } },
    'POST /twice': {
      scopes: [],
      group: { body: groupOf },
      allowIf: async (_principal, request) =>
        groupOf(await request.body?.()) === 1 || 'not group 1',
    },
    'POST /other': { scopes: [] },
  },
  onDecision: ({ reason }) => reasons.push(reason),
});
const handle = guardFetch(guard, async (request) => new Response(await request.text()), {
  maxBodyBytes: 64,
});

function post(path: string, body: BodyInit, type = 'application/json'): Request {
  return new Request(`https://api.example${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer good', 'content-type': type },
    body,
    duplex: 'half',
  } as RequestInit);
}

function streamOf(...parts: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(encoder.encode(part));
      controller.close();
    },
  });
}

test.each([
  ['a text', '{"group": 1}'],
  ['a stream', streamOf('{"gro', 'up": 1}')],
])('the handler reads the body that the guard has read, unchanged: %s', async (_how, body) => {
  const response = await handle(post('/notes', body));
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('{"group": 1}');
});

test('a body that two rules ask for is read once', async () => {
  expect((await handle(post('/twice', streamOf('{"group":1}')))).status).toBe(200);
});

test('a body that no rule asks for is not read', async () => {
  const request = post('/other', streamOf('x'.repeat(1000)));
  const unread = guardFetch(guard, (own) => new Response(String(own.bodyUsed)));
  expect(await (await unread(request)).text()).toBe('false');
  expect((await handle(post('/other', streamOf('x'.repeat(1000))))).status).toBe(200);
});

describe('a body over the limit', () => {
  test.each([
    ['in one part', streamOf(`{"group":1,"x":"${'x'.repeat(64)}"}`)],
    ['in many parts', streamOf('{"group":1}', ...Array(64).fill(' '))],
  ])('is rejected, and the rest is not read: %s', async (_how, body) => {
    reasons.length = 0;
    const response = await handle(post('/notes', body));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'group_missing' });
    expect(reasons).toEqual(['the body is too large']);
  });

  test('at the limit is served', async () => {
    const text = `{"group":1,"x":"${'x'.repeat(46)}"}`;
    expect(text).toHaveLength(64);
    expect((await handle(post('/notes', text))).status).toBe(200);
  });
});

test('a body that fails on its way is rejected', async () => {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error('the peer is gone'));
    },
  });
  expect((await handle(post('/notes', body))).status).toBe(400);
});

test('a body that was read before the guard is a fault, and not absent', async () => {
  const request = post('/notes', '{"group":1}');
  await request.text();
  await expect((async () => handle(request))()).rejects.toThrow(TypeError);
});

test.each([
  ['a form', 'group=1', 'application/x-www-form-urlencoded', 200],
  ['a form that is JSON as well', '{"group":1}', 'application/x-www-form-urlencoded', 400],
  ['a form that repeats the group', 'group=1&group=2', 'application/x-www-form-urlencoded', 400],
  ['JSON that repeats the group', '{"group":2,"group":1}', 'application/json', 400],
  ['text', '{"group":1}', 'text/plain', 400],
  ['JSON in another charset', '{"group":1}', 'application/json; charset=utf-16le', 400],
  ['another group', '{"group":2}', 'application/json', 403],
  ['nothing', '', 'application/json', 400],
])('%s is answered with %#', async (_what, body, type, status) => {
  expect((await handle(post('/notes', body, type))).status).toBe(status);
});

test('a form with a file is served, and the handler gets the file', async () => {
  const form = new FormData();
  form.set('group', '1');
  form.set('file', new File([new Uint8Array([0xff, 0xfe])], 'a.bin'));
  const request = new Request('https://api.example/notes', {
    method: 'POST',
    headers: { authorization: 'Bearer good' },
    body: form,
  });
  const upload = guardFetch(guard, async (own) => {
    const file = (await own.formData()).get('file');
    return Response.json([...new Uint8Array(await (file as File).arrayBuffer())]);
  });
  expect(await (await upload(request)).json()).toEqual([0xff, 0xfe]);
});
