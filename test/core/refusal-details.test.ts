import {
  createGuard,
  type DecisionEvent,
  type EndpointMap,
  type GuardOptions,
} from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { createRequest, type RequestOptions } from '../support/auth-request.js';
import {
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../support/tokens.js';

const keys = toKeySet(await fixtureKey('ES256'));
const endpoints: EndpointMap = {
  'GET /': { scopes: [] },
  'GET /report': { scopes: ['REPORT'] },
  'GET /admins': { scopes: [], group: 'admins' },
};

/** What the observer receives about one request. */
async function observe(
  request: RequestOptions,
  options: Partial<GuardOptions> = {},
): Promise<DecisionEvent> {
  const events: DecisionEvent[] = [];
  const guard = createGuard({
    verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })],
    endpoints,
    onDecision: (event) => events.push(event),
    ...options,
  });
  await guard.decide(createRequest(request));
  return events[0] as DecisionEvent;
}

describe('the details of a refusal', () => {
  test('name required and held scopes', async () => {
    const { details } = await observe({ path: '/report', token: await signToken() });
    expect(details).toEqual({ requiredScopes: ['REPORT'], heldScopes: ['SEARCH', 'CHAT'] });
  });

  test('name the groups that are held', async () => {
    const token = await signToken(validClaims({ groups: ['a', 'b'] }));
    const { details } = await observe({ path: '/admins', token });
    expect(details).toEqual({ heldGroups: ['a', 'b'] });
  });

  test('name the expected audience, and the unverified claims of the token', async () => {
    const token = await signToken(validClaims({ aud: ['x', 'y'] }), { alg: 'ES256' });
    const { details } = await observe({ token });
    expect(details).toEqual({
      expectedAudience: [AUDIENCE],
      unverifiedAlg: 'ES256',
      unverifiedKid: 'ES256',
      unverifiedTyp: 'at+jwt',
      unverifiedIssuer: ISSUER,
      unverifiedSubject: 'ada@example.com',
      unverifiedAudience: 'x y',
    });
  });

  test('name the issuer of a token that no verifier accepts', async () => {
    const token = await signToken(validClaims({ iss: 'https://x.example', sub: 7 }));
    const { details } = await observe({ token });
    expect(details).toMatchObject({
      unverifiedIssuer: 'https://x.example',
      unverifiedSubject: '7',
    });
  });

  test.each(['opaque', 'a.b.c', 'ä', 'a b'])('of the token %j are empty', async (token) => {
    const { details } = await observe({ token });
    expect(Object.values(details ?? {}).filter((value) => value !== undefined)).toEqual([]);
  });

  test('are cut, and cannot begin a line of a log', async () => {
    const sub = `eve\r\n\u001b[31m\u2028${'x'.repeat(5000)}`;
    const { details } = await observe({ token: await signToken(validClaims({ aud: 'x', sub })) });
    const subject = details?.['unverifiedSubject'] as string;
    expect(subject).toHaveLength(200);
    expect(subject).not.toMatch(/[\p{Cc}\u2028]/u);
  });

  test('are not there when the request is allowed, nor in the answer', async () => {
    expect((await observe({ token: await signToken() })).details).toBeUndefined();
    const verifiers = [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })];
    const decision = await createGuard({ verifiers, endpoints }).decide(
      createRequest({ token: await signToken(validClaims({ aud: 'x' })) }),
    );
    expect(JSON.stringify(decision.allowed || decision.denial)).not.toContain(AUDIENCE);
  });

  test('never hold the token', async () => {
    const token = await signToken(validClaims({ aud: 'x' }));
    expect(JSON.stringify(await observe({ token }))).not.toContain(token.slice(0, 40));
  });
});

describe('the id of a request', () => {
  const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

  test('is the trace id of W3C Trace Context', async () => {
    const { requestId } = await observe({ headers }, { requestId: 'traceparent' });
    expect(requestId).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  test.each([
    '',
    'x',
    '00-zzf7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    '00-0af7-b7ad-01',
  ])('is missing for the header %j', async (traceparent) => {
    const event = await observe({ headers: { traceparent } }, { requestId: 'traceparent' });
    expect(event.requestId).toBeUndefined();
  });

  test('is what a function returns, and by default none', async () => {
    const requestId: GuardOptions['requestId'] = (request) => request.header('x-request-id');
    expect((await observe({ headers: { 'x-request-id': '7' } }, { requestId })).requestId).toBe(
      '7',
    );
    expect((await observe({ headers })).requestId).toBeUndefined();
  });

  test.each(['x-request-id', 7, {}])('cannot be made by %j', async (requestId) => {
    await expect(observe({}, { requestId: requestId as never })).rejects.toThrow(
      "must be 'traceparent'",
    );
  });
});

test.each([
  [{ path: '/nowhere', token: await signToken() }, 'endpoint'],
  [{}, 'credentials'],
  [{ token: 'bad' }, 'verifier'],
  [{ path: '/report', token: await signToken() }, 'scopes'],
  [{ path: '/admins', token: await signToken() }, 'group'],
  [{ token: await signToken(), headers: { 'x-glean-actas': 'a@example.com' } }, 'act-as'],
  [{ token: await signToken() }, undefined],
])('explain names the stage that rejects %j', async (request, stage) => {
  const verifiers = [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })];
  const { rejectedBy } = await createGuard({ verifiers, endpoints }).explain(
    createRequest(request),
  );
  expect(rejectedBy).toBe(stage);
});
