import { describe, expect, test } from 'vitest';
import { parseIsoDate, parseTokenAnswer } from '../../../packages/client/src/token/token-answer.js';
import { createJwt, MINUTE, START } from './authorization-server.js';

const fresh = { askedAtMs: START, fresh: true };
const expiration = '2030-01-01T00:20:00.000Z';

describe('an answer', () => {
  test.each([
    { token: 'a', expiration },
    { authToken: 'a', authTokeExp: '2030-01-01T00:20:00.0000000Z', groupId: 12345 },
    { authToken: 'a', authTokenExp: expiration },
    { jwtToken: 'a', expiration },
    { token: 'a', expiresInSeconds: 1200 },
  ])('spelled %j is understood', (answer) => {
    expect(parseTokenAnswer(answer, fresh)).toEqual({
      token: 'a',
      expirationMs: START + 20 * MINUTE,
      receivedAtMs: START,
      lifetimeMs: 20 * MINUTE,
    });
  });

  test('may be a bare JWT that states its expiration', () => {
    const token = createJwt({ iat: START / 1000, exp: START / 1000 + 60 });
    expect(parseTokenAnswer(token, fresh)).toMatchObject({ token, lifetimeMs: MINUTE });
  });

  test.each([
    [{ serverTimeMs: START + 5 * MINUTE }, 15],
    [{ serverTimeMs: START - 5 * MINUTE }, 25],
    [{ maxLifetimeMs: 10 * MINUTE }, 10],
    [{ serverTimeMs: START - 5 * MINUTE, maxLifetimeMs: 20 * MINUTE }, 20],
  ])('with %j lives for %s minutes', (context, minutes) => {
    const { lifetimeMs } = parseTokenAnswer({ token: 'a', expiration }, { ...fresh, ...context });
    expect(lifetimeMs).toBe(minutes * MINUTE);
  });

  test.each([
    ['{}', {}],
    ['no expiration', { token: 'a' }],
    ['an invalid expiration', { token: 'a', expiration: 'tomorrow' }],
    ['an endless time', { token: 'a', expiresInSeconds: Number.POSITIVE_INFINITY }],
    ['a JWT that never expires', createJwt({ iat: 1, exp: 1e300 })],
    ['a token with white space', { token: 'a b', expiration }],
    ['null', null],
    ['undefined', undefined],
    ['a number', 42],
  ])('with %s is rejected', (_title, answer) => {
    expect(() => parseTokenAnswer(answer, fresh)).toThrow('no');
  });
});

describe('a date', () => {
  test.each([
    ['2020-04-14T13:26:51.846Z', '2020-04-14T13:26:51.846Z'],
    ['2020-04-14T13:26:51Z', '2020-04-14T13:26:51.000Z'],
    ['2020-04-14T13:26:51.8Z', '2020-04-14T13:26:51.800Z'],
    ['2020-04-14T13:26:51.8469999Z', '2020-04-14T13:26:51.846Z'],
    ['2020-04-14T15:26:51.846+02:00', '2020-04-14T13:26:51.846Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseIsoDate(text) ?? Number.NaN).toISOString()).toBe(iso);
  });

  test.each([
    '',
    '2020-04-14',
    '2020-04-14T13:26:51',
    '14.4.2020',
    '2020-13-14T13:26:51Z',
    0,
    null,
  ])('%j is rejected', (value) => {
    expect(parseIsoDate(value)).toBeUndefined();
  });
});
