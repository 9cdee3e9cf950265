import { createGuard } from '@mandate/core';
import { createDecide, guardFetch } from '@mandate/fetch';
import { describe, expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const guard = createGuard({
  verifiers: [verifierOf(createPrincipal())],
  endpoints: { 'GET /me': { scopes: [] }, 'GET /from/:address': { scopes: [], allowIf: isFrom } },
});

function isFrom(
  _principal: unknown,
  request: { path: string; remoteAddress?: string | undefined },
) {
  return request.path.endsWith(`/${request.remoteAddress}`) || 'another address';
}

function get(path: string, token = 'good'): Request {
  const headers = { authorization: `Bearer ${token}` };
  return new Request(`https://api.example${path}`, { headers });
}

test('decides with the principal, or with the answer and its reason', async () => {
  const decide = createDecide(guard);
  expect(await decide(get('/me'))).toMatchObject({
    allowed: true,
    principal: { subject: 'ada@example.com' },
  });
  const decision = await decide(get('/me', 'bad'));
  if (decision.allowed) throw new Error('allowed');
  expect(decision.error.code).toBe('token_invalid');
  expect(decision.response.status).toBe(401);
  expect(decision.response.headers.get('www-authenticate')).toContain('invalid_token');
});

test('gives the options what it is given after the request', async () => {
  const decide = createDecide(guard, {
    remoteAddress: (_request, event: { getClientAddress(): string }) => event.getClientAddress(),
  });
  const event = { getClientAddress: () => '203.0.113.7' };
  expect(await decide(get('/from/203.0.113.7'), event)).toMatchObject({ allowed: true });
  expect(await decide(get('/from/203.0.113.8'), event)).toMatchObject({ allowed: false });
});

describe('misuse throws TypeError', () => {
  const handler = () => new Response();
  test.each([
    ['a handler that is missing', () => guardFetch(guard, undefined as never), 'the handler'],
    [
      'a guard that is missing',
      () => guardFetch(undefined as never, handler),
      'guardFetch: the guard',
    ],
    ['a guard that is missing, too', () => createDecide({} as never), 'createDecide: the guard'],
    [
      'an unknown option',
      () => guardFetch(guard, handler, { maxBodybytes: 1 } as never),
      'unknown option "maxBodybytes" in guardFetch; did you mean "maxBodyBytes"?',
    ],
    [
      'rules at routes, because there are none',
      () => guardFetch(guard, handler, { endpoints: 'by-route' } as never),
      'unknown option "endpoints" in guardFetch',
    ],
    [
      'denials, which a decision returns anyway',
      () => createDecide(guard, { denials: 'throw' } as never),
      'unknown option "denials" in createDecide',
    ],
    [
      'an address that is not a function',
      () => createDecide(guard, { remoteAddress: '::1' as never }),
      'createDecide: remoteAddress must be a function',
    ],
    [
      'a limit that is not a number',
      () => createDecide(guard, { maxBodyBytes: Number.NaN }),
      'maxBodyBytes',
    ],
    [
      'a time that never comes',
      () => createDecide(guard, { bodyTimeoutMs: 1e12 }),
      'bodyTimeoutMs',
    ],
    [
      'a routing that says nothing',
      () => guardFetch(guard, handler, { routing: {} as never }),
      'caseSensitive and strict must be true or false',
    ],
    [
      'denials of another kind',
      () => guardFetch(guard, handler, { denials: 'log' as never }),
      "guardFetch: denials must be 'answer' or 'throw'",
    ],
  ])('%s', (_what, misuse, message) => {
    expect(misuse).toThrow(TypeError);
    expect(misuse).toThrow(message);
  });
});
