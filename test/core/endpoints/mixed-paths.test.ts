import { createGuard, type EndpointMap, type Routing, type TokenVerifier } from '@mandate/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import { createPrincipal } from '../../support/static-verifier.js';

const verifiers: readonly TokenVerifier[] = [
  { accepts: () => true, verify: ({ token }) => createPrincipal({ groups: [token] }) },
];

const mapOf = (...keys: readonly string[]) =>
  createGuard({ verifiers, endpoints: Object.fromEntries(keys.map((key) => [key, 'public'])) })
    .endpoints;

const EXACT: Routing = { caseSensitive: true, strict: true };
const LOOSE: Routing = { caseSensitive: false, strict: false };

/** The keys of the entries that apply to a request; `null` if there is none. */
function find(map: ReturnType<typeof mapOf>, line: string, routing = EXACT): string | null {
  const [method = '', path = ''] = line.split(' ');
  const request = {
    ...createRequest({ method, path }),
    routing,
    isLastSlashAmbiguous: () => false,
  };
  return map.match(request)?.name ?? null;
}

describe('a literal with a colon', () => {
  const map = mapOf('POST /accounts:lookUp', 'GET /v1/{id}/items:batch', 'GET /v1/{id}/{part}');

  test.each([
    ['POST /accounts:lookUp', 'POST /accounts:lookUp'],
    ['GET /v1/7/items:batch', 'GET /v1/{id}/items:batch'],
    ['GET /v1/7/items:batches', 'GET /v1/{id}/{part}'],
    ['GET /v1/7/items', 'GET /v1/{id}/{part}'],
    ['GET /v1/7/itemsXbatch', 'GET /v1/{id}/{part}'],
    ['GET /v1/a:b/items:batch', 'GET /v1/{id}/items:batch'],
    ['POST /accounts', null],
    ['POST /accounts:', null],
    ['POST /accounts:lookup', null],
    ['POST /accounts:lookUp:lookUp', null],
    ['POST /accounts/lookUp', null],
    ['POST /:lookUp', null],
    ['GET /accounts:lookUp', null],
  ])('applies to %s the entry %s', (line, key) => {
    expect(find(map, line)).toBe(key);
  });

  test('is compared without case and trailing slash if the host does so', () => {
    expect(find(map, 'POST /ACCOUNTS:lookup/', LOOSE)).toBe('POST /accounts:lookUp');
    expect(find(map, 'POST /ACCOUNTS:lookup/')).toBeNull();
  });

  test.each(['/accounts%3AlookUp', '/accounts%3alookUp', '/accounts%253AlookUp'])(
    'is ambiguous with an encoded colon: %s',
    (path) => {
      expect(() => find(map, `POST ${path}`)).toThrow(
        expect.objectContaining({ code: 'path_ambiguous' }),
      );
    },
  );

  test('is not taken for a parameter beside a real one', () => {
    expect(() => mapOf('GET /a:b', 'GET /a:c')).not.toThrow();
    expect(() => mapOf('GET /a:b', 'GET /a:b')).not.toThrow();
  });
});

describe('a parameter with text beside it', () => {
  const map = mapOf(
    'GET /{id}',
    'GET /{id}:cancel',
    'GET /items:{verb}',
    'GET /items:list',
    'GET /thumbnail.{ext}',
    'GET /{name}.json',
    'GET /v1/{id}:cancel/log',
    'GET /v1/*',
    'GET /files/{id}.d/*',
    'POST /{id}:cancel',
    'PUT /{a}:x/{b}:y',
    'PUT /{a}:x/z:{b}',
    'PUT /{c}/z:y',
  );

  test.each([
    ['GET /7', 'GET /{id}'],
    ['GET /7:cancel', 'GET /{id}:cancel'],
    ['GET /7:cancelled', 'GET /{id}'],
    ['GET /7:CANCEL', 'GET /{id}'],
    ['GET /7:cancel:', 'GET /{id}'],
    ['GET /a%20b:cancel', 'GET /{id}:cancel'],
    ['GET /a-b_c~d:cancel', 'GET /{id}:cancel'],
    ['GET /items:list', 'GET /items:list'],
    ['GET /items:purge', 'GET /items:{verb}'],
    ['GET /items', 'GET /{id}'],
    ['GET /thumbnail.png', 'GET /thumbnail.{ext}'],
    ['GET /thumbnailpng', 'GET /{id}'],
    ['GET /x.json', 'GET /{name}.json'],
    ['GET /v1/7:cancel/log', 'GET /v1/{id}:cancel/log'],
    ['GET /v1/7:cancel/logs', 'GET /v1/*'],
    ['GET /v1/7/log', 'GET /v1/*'],
    ['GET /files/a.d/b/c', 'GET /files/{id}.d/*'],
    ['POST /7:cancel', 'POST /{id}:cancel'],
    ['POST /a:b:cancel', 'POST /{id}:cancel'],
    ['POST /7', null],
    ['POST /:cancel', null],
    ['POST /cancel', null],
    ['GET /files/a.d', null],
    ['PUT /1:x/2:y', 'PUT /{a}:x/{b}:y'],
    ['DELETE /7:cancel', null],
  ])('applies to %s the entry %s', (line, key) => {
    expect(find(map, line)).toBe(key);
  });

  test.each([
    ['GET /items:cancel', 'GET /items:{verb} and GET /{id}:cancel'],
    ['GET /thumbnail.json', 'GET /thumbnail.{ext} and GET /{name}.json'],
    ['PUT /1:x/z:y', 'PUT /{a}:x/z:{b} and PUT /{a}:x/{b}:y'],
  ])('requires what both require if two match: %s', (line, name) => {
    expect(find(map, line)).toBe(name);
  });

  test.each([
    ['GET /a:b:cancel', 'GET /{id}:cancel and GET /{id}'],
    ['GET /:cancel:cancel', 'GET /{id}:cancel and GET /{id}'],
    ['GET /:cancel', 'GET /{id} and GET /{id}:cancel'],
    ['GET /thumbnail.tar.gz', 'GET /thumbnail.{ext} and GET /{id}'],
    ['GET /thumbnail.', 'GET /{id} and GET /thumbnail.{ext}'],
    ['GET /a.b.json', 'GET /{name}.json and GET /{id}'],
    ['GET /.json', 'GET /{id} and GET /{name}.json'],
    ['GET /v1/:cancel/log', 'GET /v1/* and GET /v1/{id}:cancel/log'],
    ['GET /v1/a:b:cancel/log', 'GET /v1/{id}:cancel/log and GET /v1/*'],
  ])('requires what all require if routers read the value differently: %s', (line, name) => {
    expect(find(map, line)).toBe(name);
  });

  test.each([
    'GET /7%3Acancel',
    'GET /7%3acancel',
    'GET /7%253Acancel',
    'GET /thumbnail%2Epng',
    'GET /x%2Ejson',
    'GET /x.%6Ason',
    'POST /7%3Acancel',
    'GET /a%3Ab:cancel',
    'GET /items%3Alist',
    'GET /x%2F7:cancel',
    'GET /..:cancel/../7',
  ])('is ambiguous if a decoded path leads to another entry: %s', (line) => {
    for (const routing of [EXACT, LOOSE]) {
      expect(() => find(map, line, routing)).toThrow(
        expect.objectContaining({ code: 'path_ambiguous' }),
      );
    }
  });

  test('is compared without case and trailing slash if the host does so', () => {
    expect(find(map, 'GET /7:CANCEL/', LOOSE)).toBe('GET /{id}:cancel');
    expect(find(map, 'GET /THUMBNAIL.PNG', LOOSE)).toBe('GET /thumbnail.{ext}');
    expect(find(mapOf('GET /{id}:Cancel'), 'GET /x:cancel', LOOSE)).toBe('GET /{id}:Cancel');
    expect(find(mapOf('GET /{id}:Cancel'), 'GET /x:cancel')).toBeNull();
  });

  test('may be beside letters', () => {
    const versions = mapOf('GET /v{version}/docs', 'GET /{any}/docs');
    expect(find(versions, 'GET /v1/docs')).toBe('GET /v{version}/docs');
    expect(find(versions, 'GET /vv/docs')).toBe('GET /v{version}/docs and GET /{any}/docs');
    expect(find(versions, 'GET /w1/docs')).toBe('GET /{any}/docs');
    expect(find(versions, 'GET /v/docs')).toBe('GET /{any}/docs and GET /v{version}/docs');
  });

  test.each([
    ['GET /{id}:cancel', 'GET /{name}:cancel'],
    ['GET /a/{id}.json', 'GET /a/{file}.json'],
  ])('cannot be made with %s beside %s, which are one endpoint', (one, other) => {
    expect(() => mapOf(one, other)).toThrow(/same endpoint/);
  });

  test('differs by case of its text only where the host compares case', () => {
    const map = mapOf('GET /{id}:a', 'GET /{id}:A');
    expect(find(map, 'GET /1:A')).toBe('GET /{id}:A');
    expect(() => find(map, 'GET /1:A', LOOSE)).toThrow(/same endpoint/);
  });
});

describe('the group of a parameter with text beside it', () => {
  const guard = createGuard({
    verifiers,
    endpoints: {
      'GET /groups/g-{id}:close': { scopes: [], group: { path: 'id' } },
      'GET /{id}.json/*': { scopes: [], group: { path: 'id' } },
    } satisfies EndpointMap,
  });

  const decide = (path: string, group: string) => {
    const decision = guard.decide(
      createRequest({ method: 'GET', path, headers: { authorization: `Bearer ${group}` } }),
    );
    if (decision instanceof Promise) throw new Error('not synchronous');
    return decision.allowed ? 'allowed' : decision.error.code;
  };

  test.each([
    ['/groups/g-7:close', '7', 'allowed'],
    ['/groups/g-7:close', '8', 'group_mismatch'],
    ['/groups/g-7:close', 'g-7', 'group_mismatch'],
    ['/groups/g-a:b:close', 'a', 'group_mismatch'],
    ['/groups/g-:close', 'close', 'endpoint_unmapped'],
    ['/7.json/x', '7', 'allowed'],
    ['/7.json.json/x', '7', 'group_mismatch'],
    ['/8.json/7.json', '7', 'group_mismatch'],
  ])('of %s is compared with %s: %s', (path, group, expected) => {
    expect(decide(path, group)).toBe(expected);
  });
});

/** Whether a segment of a key matches a segment of a path, and how specifically. */
function rankOf(key: string, segment: string): number | undefined {
  if (key === '*') return 3;
  const [prefix = '', suffix] = key.split(/\{\w+\}/);
  if (suffix === undefined) return key === segment ? 0 : undefined;
  const isLongEnough = segment.length > prefix.length + suffix.length;
  if (!isLongEnough || !segment.startsWith(prefix) || !segment.endsWith(suffix)) return undefined;
  return prefix + suffix === '' ? 2 : 1;
}

/** The ranks of all segments; `undefined` if the key does not match the path. */
function ranksOf(key: string, path: string): string | undefined {
  const [own, segments] = [key.slice(1).split('/'), path.slice(1).split('/')];
  const isWild = own.at(-1) === '*';
  if (isWild ? segments.length < own.length : segments.length !== own.length) return undefined;
  const ranks = own.map((one, i) => rankOf(one, segments[i] ?? ''));
  return ranks.includes(undefined) ? undefined : ranks.join('');
}

describe('among many entries', () => {
  const text = fc.constantFrom('a', 'b', 'a:b', 'b.c', 'x');
  const segment = fc.oneof(
    text,
    fc.constantFrom('{p}', '{p}:b', 'a:{p}', '{p}.c', 'b.{p}', 'a{p}', '{p}x'),
  );
  const key = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([path, isWild]) => {
      const named = path.map((one, i) => one.replace('p', `p${i}`));
      return `/${[...named, ...(isWild ? ['*'] : [])].join('/')}`;
    });
  const value = fc.constantFrom(
    'a',
    'b',
    'a:b',
    'b.c',
    'x',
    'ax',
    'q:b',
    'a:q',
    'q.c',
    'b.q',
    'q',
    ':b',
  );
  const path = fc.array(value, { minLength: 1, maxLength: 4 }).map((all) => `/${all.join('/')}`);

  test('the most specific one is always among those that must allow the request', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 8, selector: toShape }),
        path,
        (keys, target) => {
          const map = mapOf(...keys.map((one) => `GET ${one}`));
          const matching = keys
            .map((one) => ({ one, ranks: ranksOf(one, target) }))
            .filter(({ ranks }) => ranks !== undefined)
            .sort((a, b) => ((a.ranks as string) < (b.ranks as string) ? -1 : 1));
          const found = find(map, `GET ${target}`)?.split(' and ') ?? [];
          const [best] = matching;
          if (best === undefined) expect(found).toEqual([]);
          else {
            const equals = matching.filter(({ ranks }) => ranks === best.ranks);
            expect(found).toEqual(expect.arrayContaining(equals.map(({ one }) => `GET ${one}`)));
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

/** Keys of the same shape are the same endpoint. */
function toShape(key: string): string {
  return key.replaceAll(/\{\w+\}/g, '{}');
}
