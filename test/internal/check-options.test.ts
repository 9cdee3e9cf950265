import { checkOptions } from '@mandate/internal/check-options';
import { describe, expect, test } from 'vitest';

interface TimerOptions {
  readonly timeoutMs?: number;
  readonly onEnd?: () => void;
}

const check = (options: unknown) => () =>
  checkOptions<TimerOptions>('createTimer', options as TimerOptions, {
    timeoutMs: true,
    onEnd: true,
  });

describe('checkOptions', () => {
  test('accepts known options, whatever their values', () => {
    expect(check({})).not.toThrow();
    expect(check({ timeoutMs: undefined, onEnd: 7 })).not.toThrow();
  });

  test.each([
    [{ timeout: 1 }, 'unknown option "timeout" in createTimer; did you mean "timeoutMs"?'],
    [{ timeoutMS: 1 }, 'unknown option "timeoutMS" in createTimer; did you mean "timeoutMs"?'],
    [{ onend: 1 }, 'unknown option "onend" in createTimer; did you mean "onEnd"?'],
    [{ colour: 1 }, 'unknown option "colour" in createTimer; allowed: timeoutMs, onEnd'],
    [{ toString: 1 }, 'unknown option "toString" in createTimer; allowed: timeoutMs, onEnd'],
    [JSON.parse('{"__proto__":1}'), 'unknown option "__proto__" in createTimer'],
  ])('rejects %o', (options, message) => {
    expect(check(options)).toThrow(TypeError);
    expect(check(options)).toThrow(message);
  });

  test.each([[undefined], [null], ['text'], [7], [[]]])('rejects %o as options', (options) => {
    expect(check(options)).toThrow(new TypeError('createTimer: options must be an object'));
  });
});
