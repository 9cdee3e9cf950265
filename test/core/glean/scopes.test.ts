import { GLEAN_LATER_SCOPES, GLEAN_SCOPES, normalizeGleanScope } from '@mandate/core/glean';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('the scopes of the Glean Client API', () => {
  test('are the 18 of its documentation, and others that came later', () => {
    expect(GLEAN_SCOPES).toHaveLength(18);
    expect(GLEAN_LATER_SCOPES.filter((scope) => GLEAN_SCOPES.includes(scope as never))).toEqual([]);
  });

  test('are their own normal form', () => {
    for (const scope of [...GLEAN_SCOPES, ...GLEAN_LATER_SCOPES]) {
      expect(normalizeGleanScope(scope)).toBe(scope);
      expect(normalizeGleanScope(scope.toLowerCase())).toBe(scope);
    }
  });

  test.each(['DOC_PERMISSIONS', 'doc_permissions', 'DocPermissions'])(
    'recognize DOCPERMISSIONS in %s',
    (spelling) => {
      expect(normalizeGleanScope(spelling)).toBe('DOCPERMISSIONS');
    },
  );

  test.each(['ſearch', 'pıns', 'p\u0130ns', 'SEARCH\u200b', 'SE_ARCH'])(
    'do not recognize %j',
    (lookalike) => {
      expect(GLEAN_SCOPES).not.toContain(normalizeGleanScope(lookalike));
    },
  );

  test('are normalized once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (scope) => {
        const normal = normalizeGleanScope(scope);
        expect(normalizeGleanScope(normal)).toBe(normal);
      }),
    );
  });
});
