import { type AdapterOptions, compileAdapterOptions } from '@mandate/core/adapter';
import { describe, expect, test } from 'vitest';
import { createStubGuard } from '../../support/stub-guard.js';

const guard = createStubGuard();
const compile = (options: AdapterOptions<unknown>) => compileAdapterOptions(guard, options);

describe('allowEncodedSlash', () => {
  test('is off unless it is set', () => {
    expect(compile({}).allowEncodedSlash).toBe(false);
    expect(compile({ endpoints: 'by-route' }).allowEncodedSlash).toBe(false);
    expect(compile({ endpoints: 'by-map', allowEncodedSlash: false }).allowEncodedSlash).toBe(
      false,
    );
    expect(compile({ endpoints: 'by-route', allowEncodedSlash: true }).allowEncodedSlash).toBe(
      true,
    );
  });

  test.each([
    { allowEncodedSlash: true },
    { endpoints: 'by-map', allowEncodedSlash: true } as const,
  ])('is rejected if a map decides, because its entries have the option: %s', (options) => {
    expect(() => compile(options)).toThrow(/by-route/);
  });

  test('is rejected unless it is a boolean', () => {
    const options = { endpoints: 'by-route', allowEncodedSlash: 'false' } as never;
    expect(() => compile(options)).toThrow(TypeError);
  });
});

test.each(['by-Map', 'by-routes', '', null, true])('endpoints cannot be %j', (endpoints) => {
  expect(() => compile({ endpoints } as never)).toThrow(
    "requireAuth: endpoints must be 'by-map' or 'by-route'",
  );
});

test.each([
  [{ caseSensitive: 'false', strict: true }, 'caseSensitive and strict must be true or false'],
  [{ strict: true }, 'caseSensitive and strict must be true or false'],
  [{ casesensitive: true, strict: true }, 'did you mean "caseSensitive"?'],
])('routing cannot be %j', (routing, message) => {
  expect(() => compile({ routing } as never)).toThrow(message);
});

test('routing comes from the option, otherwise from the host', () => {
  const routing = { caseSensitive: true, strict: false };
  const own = { caseSensitive: false, strict: false };
  expect(compile({}).routing).toBeUndefined();
  expect(compileAdapterOptions(guard, {}, { routing }).routing).toBe(routing);
  expect(compileAdapterOptions(guard, { routing: own }, { routing }).routing).toBe(own);
});

test('an option of one host is rejected by the others', () => {
  const options = { property: 'caller' } as AdapterOptions<unknown>;
  expect(() => compile(options)).toThrow('unknown option "property" in requireAuth');
  const ownOptions = ['property'];
  expect(() => compileAdapterOptions(guard, options, { ownOptions })).not.toThrow();
});

test.each([null, [], 'by-route'])('the options cannot be %j', (options) => {
  expect(() => compile(options as never)).toThrow('requireAuth: options must be an object');
});
