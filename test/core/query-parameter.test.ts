import { parse } from 'node:querystring';
import { createGuard } from '@mandate/core';
import { compileRule } from '@mandate/core/adapter';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const guard = createGuard({ verifiers: [verifierOf(createPrincipal())] });
const principal = createPrincipal({ groups: ['a', 'b', 'a b', '%'] });
const rule = compileRule({ scopes: [], group: { query: 'g' } });

/** The code for a query, of which the host has found `value`. */
async function judge(rawQuery: string | undefined, value: unknown) {
  const request = createRequest({
    query: { g: value },
    ...(rawQuery !== undefined && { rawQuery: () => rawQuery }),
  });
  const decision = await guard.authorize(principal, request, rule);
  return decision.allowed ? 'allowed' : decision.error.code;
}

test.each([
  ['', undefined, 'group_missing'],
  ['x=1', undefined, 'group_missing'],
  ['g=a', 'a', 'allowed'],
  ['x=1&g=a&y', 'a', 'allowed'],
  ['g=a+b', 'a b', 'allowed'],
  ['%67=%61', 'a', 'allowed'],
  ['G=b&g=a', 'a', 'allowed'],
  ['xg=b&g=a&gx=b', 'a', 'allowed'],
  ['q=g&g=a', 'a', 'allowed'],
  ['q=%&g=a', 'a', 'allowed'],
  ['g=%25', '%', 'allowed'],
  ['g', '', 'group_missing'],
  ['g=a', 'b', 'group_conflict'],
  ['g=a', undefined, 'group_conflict'],
  ['x=1', 'a', 'group_conflict'],
  ['g=a&g=b', 'a', 'group_conflict'],
  ['g=a&g=a', 'a', 'group_conflict'],
  ['g=a&%67=b', 'a', 'group_conflict'],
  ['g=a&g[]=b', 'a', 'group_conflict'],
  ['g=a&g%5b0]=b', 'a', 'group_conflict'],
  ['g=a&g.x=b', 'a', 'group_conflict'],
  ['g=a&[g]=b', 'a', 'group_conflict'],
  ['g=a#', 'a', 'group_conflict'],
  ['\tg=b&g=a', 'a', 'group_conflict'],
  ['?g=a', 'a', 'group_conflict'],
])('judges the query "%s" that the host parsed as %o: %s', async (query, value, code) => {
  expect(await judge(query, value)).toBe(code);
});

test('relies on a host that does not provide the query', async () => {
  expect(await judge(undefined, 'a')).toBe('allowed');
});

test('rejects a query in which two parsers find different groups', async () => {
  const pieces = fc.constantFrom('g', 'G', '%67', '=', '&', 'a', 'b', '+', '%', '[', ']', '.', '#');
  const query = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(query, async (text) => {
      const values = new URLSearchParams(`&${text}`).getAll('g');
      const ofNode = parse(text)['g'];
      if ((await judge(text, ofNode)) === 'allowed') expect(values).toEqual([ofNode]);
    }),
    { numRuns: 2000 },
  );
});
