import { AuthError, createGuard, type EndpointMap, type GuardOptions } from '@mandate/core';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';
import { HOSTS } from './hosts.js';

const ENDPOINTS: EndpointMap = {
  'GET /stream': { scopes: ['STREAM'] },
  'GET /api/v1/stream': { scopes: ['STREAM'] },
  'POST /rooms': { scopes: [], group: { body: (body) => (body as { room?: unknown })?.room } },
};

const bearer = { authorization: 'Bearer good' };

function createGuardFor(verify: GuardOptions['verifiers'][number]['verify']) {
  return createGuard({ verifiers: [{ accepts: () => true, verify }], endpoints: ENDPOINTS });
}

const granted = createGuardFor(() => createPrincipal({ scopes: ['STREAM'], groups: ['r1'] }));
const poor = createGuardFor(async () => createPrincipal());

describe.each(Object.entries(HOSTS))('%s', (_name, createServer) => {
  test('streams to a caller whom the endpoint allows', async () => {
    const origin = await listen(createServer({ guard: granted }));
    const response = await fetch(`${origin}/stream`, { headers: bearer });
    expect([response.status, await response.text()]).toEqual([200, 'ada@example.com;done']);
  });

  test('rejects before the first byte of a stream', async () => {
    const calls: string[] = [];
    const onHandler = () => void calls.push('called');
    const origin = await listen(createServer({ guard: poor, onHandler }));
    const response = await fetch(`${origin}/stream`, { headers: bearer });
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.text()).not.toContain('ada');
    expect(calls).toEqual([]);
  });

  test('decides by the whole path if a router is mounted below a prefix', async () => {
    const origin = await listen(createServer({ guard: granted, prefix: '/api/v1' }));
    const status = async (path: string) =>
      (await fetch(`${origin}${path}`, { headers: bearer })).status;
    expect(await status('/api/v1/stream')).toBe(200);
    expect(await status('/api/v1/other')).toBe(403);
    expect(await status('/stream')).toBe(404);
  });

  test.each([
    [
      'at once',
      () => {
        throw new Error('a fault of the application');
      },
    ],
    ['later', () => Promise.reject(new Error('a fault of the application'))],
  ])(
    "passes an error that is not a refusal, thrown %s, to the host's own handling",
    async (_when, verify) => {
      const errors: unknown[] = [];
      const setup = { guard: createGuardFor(verify), onError: (e: unknown) => void errors.push(e) };
      const origin = await listen(createServer(setup));
      const response = await fetch(`${origin}/stream`, { headers: bearer });
      expect([response.status, await response.text()]).toEqual([500, 'a fault of the application']);
      expect(errors).toEqual([new Error('a fault of the application')]);
    },
  );

  test('answers a refusal itself, thrown at once or later', async () => {
    const expired = () => {
      throw new AuthError('token_expired');
    };
    const later = () => Promise.reject(new AuthError('token_expired'));
    for (const verify of [expired, later]) {
      const errors: unknown[] = [];
      const onError = (error: unknown) => void errors.push(error);
      const origin = await listen(createServer({ guard: createGuardFor(verify), onError }));
      const response = await fetch(`${origin}/stream`, { headers: bearer });
      expect([response.status, errors]).toEqual([401, []]);
    }
  });

  test('does not block a preflight request that CORS answers before the guard', async () => {
    const origin = await listen(createServer({ guard: granted }));
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' };
    const response = await fetch(`${origin}/stream`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const rejected = await fetch(`${origin}/stream`, {
      headers: { origin: 'https://app.example' },
    });
    expect([rejected.status, rejected.headers.get('access-control-allow-origin')]).toEqual([
      401,
      '*',
    ]);
  });

  test.each([
    ['its own group', '{"room":"r1"}', 200],
    ['another group', '{"room":"r2"}', 403],
    ['two groups', '{"room":["r1","r2"]}', 400],
    ['no group', '{}', 400],
  ])('reads the group from the body: %s', async (_case, body, status) => {
    const origin = await listen(createServer({ guard: granted }));
    const headers = { ...bearer, 'content-type': 'application/json' };
    const response = await fetch(`${origin}/rooms`, { method: 'POST', headers, body });
    expect(response.status).toBe(status);
  });

  test("gives verifiers the caller's address as the host's proxy settings find it", async () => {
    const seen: unknown[] = [];
    const verify: GuardOptions['verifiers'][number]['verify'] = ({ request }) => {
      seen.push(request.remoteAddress);
      return createPrincipal({ scopes: ['STREAM'] });
    };
    const origin = await listen(createServer({ guard: createGuardFor(verify) }));
    await fetch(`${origin}/stream`, { headers: { ...bearer, 'x-forwarded-for': '203.0.113.7' } });
    expect(seen).toEqual(['203.0.113.7']);
  });
});
