import {
  createGuard,
  type NormalizeScope,
  type Principal,
  type ScopeRequirement,
} from '@mandate/core';
import { compileRule } from '@mandate/core/adapter';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

/** What becomes of a principal with these scopes where those are required. */
function check(
  granted: Principal['scopes'],
  scopes: ScopeRequirement,
  normalizeScope?: NormalizeScope,
) {
  const guard = createGuard({ verifiers: [verifierOf(createPrincipal())], normalizeScope });
  const decision = guard.authorize(
    createPrincipal({ scopes: granted }),
    createRequest(),
    compileRule({ scopes }),
  );
  if (decision instanceof Promise) throw new Error('a decision about scopes waits for nothing');
  return decision.allowed ? 'allowed' : decision.error.code;
}

describe('required scopes', () => {
  test.each<[Principal['scopes'], ScopeRequirement, string]>([
    [[], [], 'allowed'],
    [['A'], [], 'allowed'],
    [['A'], ['A'], 'allowed'],
    [['A', 'B', 'C'], ['C', 'A'], 'allowed'],
    ['all', ['A'], 'allowed'],
    ['all', { anyOf: ['A'] }, 'allowed'],
    [['B'], { anyOf: ['A', 'B'] }, 'allowed'],
    [['A', 'B'], { anyOf: [['A', 'B'], 'C'] }, 'allowed'],
    [['C'], { anyOf: [['A', 'B'], 'C'] }, 'allowed'],
    [[], ['A'], 'scope_required'],
    [['A'], ['A', 'B'], 'scope_required'],
    [['a'], ['A'], 'scope_required'],
    [['AB'], ['A'], 'scope_required'],
    [['A B'], ['A'], 'scope_required'],
    [['all'], ['A'], 'scope_required'],
    [['*'], ['A'], 'scope_required'],
    [['C'], { anyOf: ['A', 'B'] }, 'scope_required'],
    [
      ['A', 'C'],
      {
        anyOf: [
          ['A', 'B'],
          ['C', 'D'],
        ],
      },
      'scope_required',
    ],
  ])('granted %j, required %j: %s', (granted, required, expected) => {
    expect(check(granted, required)).toBe(expected);
  });

  test('are granted exactly when one alternative is granted in full', () => {
    const name = fc.constantFrom('A', 'B', 'C', 'D');
    const alternatives = fc.array(fc.uniqueArray(name, { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.uniqueArray(name), alternatives, (granted, anyOf) => {
        const expected = anyOf.some((all) => all.every((one) => granted.includes(one)));
        expect(check(granted, { anyOf })).toBe(expected ? 'allowed' : 'scope_required');
        const first = anyOf[0] ?? [];
        const hasFirst = first.every((one) => granted.includes(one));
        expect(check(granted, first)).toBe(hasFirst ? 'allowed' : 'scope_required');
      }),
    );
  });

  test('may be written differently if the policy normalizes them', () => {
    const normalize = (scope: string) => scope.toUpperCase().replaceAll('_', '');
    expect(check(['documents'], ['DOCUMENTS'], normalize)).toBe('allowed');
    expect(check(['DOC_PERMISSIONS'], ['docpermissions'], normalize)).toBe('allowed');
    expect(check(['doc'], { anyOf: ['DOCS', 'D_O_C'] }, normalize)).toBe('allowed');
    expect(check(['doc'], ['DOCS'], normalize)).toBe('scope_required');
    expect(check('all', ['DOCS'], normalize)).toBe('allowed');
  });

  test('distinguish two policies that normalize the same token differently', () => {
    const granted = Object.freeze(['search']);
    const upper = (scope: string) => scope.toUpperCase();
    const same = (scope: string) => scope;
    for (let i = 0; i < 3; i++) {
      expect(check(granted, ['SEARCH'], upper)).toBe('allowed');
      expect(check(granted, ['SEARCH'], same)).toBe('scope_required');
      expect(check(granted, ['SEARCH'])).toBe('scope_required');
    }
  });

  test('are copied: changing the list later changes nothing', () => {
    const scopes = ['A'];
    const rule = compileRule({ scopes });
    scopes.length = 0;
    const guard = createGuard({ verifiers: [verifierOf(createPrincipal())] });
    expect(guard.authorize(createPrincipal(), createRequest(), rule)).toMatchObject({
      error: { code: 'scope_required' },
    });
  });

  test.each([
    'SEARCH',
    null,
    undefined,
    {},
    { anyOf: [] },
    { anyOf: 'A' },
    { anyOf: ['A', ''] },
    { anyOf: [['A', 1]] },
    { anyOf: [null] },
    [''],
    ['A B'],
    ['A"'],
    ['A\\'],
    ['\u00e4'],
    ['A\n'],
    [['A']],
    { allOf: ['A'] },
  ])('cannot be %j', (scopes) => {
    expect(() => compileRule({ scopes } as never)).toThrow(/scopes/);
  });
});
