import { createConsoleLog, createErrorLog, toObserver } from '@mandate/internal/observer';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const MINUTE_MS = 60_000;
const clock = { ms: 0 };
const now = () => clock.ms;
const lines: string[] = [];

beforeEach(() => {
  clock.ms = 1_800_000_000_000;
  lines.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe('the option of an observer', () => {
  test('is the default if it is undefined', () => {
    const received: unknown[] = [];
    toObserver('createTimer: onError', undefined, () => (event) => received.push(event))(1);
    expect(received).toEqual([1]);
  });

  test('writes nothing if it is null', () => {
    toObserver('createTimer: onError', null, () =>
      createErrorLog('createTimer', 'a timer failed', now),
    )(new Error());
    expect(lines).toEqual([]);
  });

  test('replaces the default, and what it throws is ignored', () => {
    const fail = () => {
      throw new Error('of the observer');
    };
    toObserver('createTimer: onError', fail, () =>
      createErrorLog('createTimer', 'a timer failed', now),
    )(new Error());
    expect(lines).toEqual([]);
  });

  test.each([true, false, 0, '', 'console', {}])('throws if it is %j', (option) => {
    expect(() => toObserver('createTimer: onError', option as never, () => () => {})).toThrow(
      new TypeError('createTimer: onError must be a function or null'),
    );
  });
});

describe('the console', () => {
  test('has one line a minute for each kind, with the number of the others', () => {
    const log = createConsoleLog('createTimer', now);
    log('late', 'it is late');
    log('late', 'it is later');
    log('broken', 'it is broken');
    clock.ms += MINUTE_MS - 1;
    log('late', 'it is late still');
    clock.ms += 1;
    log('late', 'it is late again');
    expect(lines).toEqual([
      '[mandate] createTimer: it is late',
      '[mandate] createTimer: it is broken',
      '[mandate] createTimer: it is late again (and 2 times more before)',
    ]);
  });

  test('is not silenced by a clock that was ahead', () => {
    const log = createConsoleLog('createTimer', now);
    log('late', 'it is late');
    clock.ms -= 60 * MINUTE_MS;
    log('late', 'it is late again');
    expect(lines).toHaveLength(2);
  });

  test('has no query of a URL, no second line and no terminal code', () => {
    const text = 'cannot fetch https://a.example/keys?secret=s3cret: bad\nnext\u001b[31m\u2028end';
    createConsoleLog('createTimer', now)('late', text);
    expect(lines).toEqual([
      '[mandate] createTimer: cannot fetch https://a.example/keys?… bad\ufffdnext\ufffd[31m\ufffdend',
    ]);
  });
});

describe('an error', () => {
  test.each([
    [new TypeError('with a s3cret'), 'TypeError'],
    [Object.assign(new Error('with a s3cret'), { code: 'ECONNREFUSED' }), 'Error ECONNREFUSED'],
    [
      new Error('with a s3cret', { cause: Object.assign(new Error('s3cret'), { code: '57P01' }) }),
      'Error 57P01',
    ],
    [Object.assign(new Error('s3cret'), { name: 'a name\nof two lines' }), 'anameoftwolines'],
    ['a s3cret', 'unknown error'],
    [undefined, 'unknown error'],
  ])('is named without its message: %s', (error, name) => {
    createErrorLog('createTimer', 'a timer failed', now)(error);
    expect(lines).toEqual([
      `[mandate] createTimer: a timer failed: ${name} (onError receives the error; null silences this line)`,
    ]);
  });

  test('whose causes form a circle has a name', () => {
    const error = new Error('s3cret');
    error.cause = new Error('s3cret', { cause: error });
    createErrorLog('createTimer', 'a timer failed', now)(error);
    expect(lines[0]).toContain('createTimer: a timer failed: Error (');
  });
});
