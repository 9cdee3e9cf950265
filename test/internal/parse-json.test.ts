import { parseJsonObject } from '@mandate/internal/parse-json';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const parse = parseJsonObject;

/** Any JSON object without a member called `__proto__`, with names and strings that look like syntax. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom(...':"\\{}[],u0 \u00e9\u{1f600}') }),
);
const name = text.filter((one) => one !== '__proto__');
const { object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    tie('array'),
    tie('object'),
  ),
  array: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
}));
const anyObject = object as fc.Arbitrary<Record<string, unknown>>;

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}

/** The object as JSON with one of its members, at any depth, written a second time. */
function writeWithTwin(value: unknown, twinName: (name: string) => string): string {
  if (Array.isArray(value)) return `[${value.map((one) => writeWithTwin(one, twinName)).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, one]) => {
    const written = writeWithTwin(one, twinName);
    return [`${JSON.stringify(key)}:${written}`, `${twinName(key)}:${written}`];
  });
  return `{${members.join()}}`;
}

const escapeAll = (key: string) =>
  `"${[...Array(key.length).keys()]
    .map((i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('')}"`;

describe('parseJsonObject', () => {
  test('parses every object as JSON.parse does, with or without white space, and freezes it deeply', () => {
    fc.assert(
      fc.property(anyObject, fc.constantFrom('', ' ', '\t'), (value, indent) => {
        const json = JSON.stringify(value, undefined, indent);
        const parsed = parse(json);
        expect(parsed).toEqual(JSON.parse(json));
        expect(isDeeplyFrozen(parsed)).toBe(true);
      }),
    );
  });

  test('rejects every object with a duplicate member, whatever its name and depth', () => {
    fc.assert(
      fc.property(anyObject, fc.boolean(), (value, isEscaped) => {
        fc.pre(Object.keys(value).length > 0);
        const twin = isEscaped ? escapeAll : (key: string) => JSON.stringify(key);
        expect(parse(writeWithTwin(value, twin))).toBeUndefined();
      }),
    );
  });

  test.each([
    ['two equal members', '{"iss":"a","iss":"a"}'],
    ['a member that is repeated with an escape', '{"iss":"a","\\u0069ss":"b"}'],
    ['a repeated member in a nested object', '{"act":{"sub":"a","sub":"b"}}'],
    ['a repeated member in an object of a list', '{"list":[1,[{"a":1,"a":2}]]}'],
    ['a repeated empty name', '{"":1,"":2}'],
    ['a repeated name that is an index', '{"0":1,"0":2}'],
    ['a repeat that a colon in a string could make up for', '{"a":":","a":":"}'],
    ['a repeat behind an escaped quote', '{"a\\"":1,"a\\"":2}'],
    ['a repeat behind an escaped backslash', '{"a\\\\":1,"a\\\\":2}'],
    ['__proto__', '{"__proto__":{"iss":"a"}}'],
    ['__proto__ that is escaped', '{"\\u005f_proto__":1}'],
    ['__proto__ deep down', '{"a":[{"b":{"__proto__":null}}]}'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['a list', '[]'],
    ['a list of objects', '[{"iss":"a"}]'],
    ['null', 'null'],
    ['a string', '"iss"'],
    ['a number', '1'],
    ['nothing', ''],
    ['white space', ' '],
    ['two objects', '{}{}'],
    ['something behind the object', '{} x'],
    ['a NUL behind the object', '{}\0'],
    ['a comma too many', '{"a":1,}'],
    ['a comment', '{"a":1/**/}'],
    ['single quotes', "{'a':1}"],
    ['a byte order mark', '\ufeff{}'],
    ['a no-break space', '\u00a0{}'],
    ['NaN', '{"exp":NaN}'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le').toString('latin1')],
    ['a control character in a string', '{"a":"\n"}'],
  ])('rejects %s', (_fault, json) => {
    expect(parse(json)).toBeUndefined();
  });

  test.each([
    ['colons in names and strings', '{"a:b":"c:d","e":[":",{":":":"}]}'],
    ['escaped quotes before colons', '{"a\\":":"\\":\\"","b":"\\\\"}'],
    ['equal names in different objects', '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}'],
    ['names of what every object inherits', '{"constructor":1,"toString":2,"hasOwnProperty":3}'],
    ['white space everywhere', ' \t\r\n{ "a" : [ 1 , 2 ] }\n'],
    ['a colon next to a number', '{"a":1e2,"b":-0.5}'],
  ])('reads %s', (_case, json) => {
    expect(parse(json)).toEqual(JSON.parse(json));
  });

  test('parses any depth without recursion', () => {
    const depth = 6000;
    const lists = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const objects = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(parse(lists)).toBeDefined();
    expect(parse(objects)).toBeDefined();
    expect(parse(`${'{"a":'.repeat(depth)}{"b":1,"b":1}${'}'.repeat(depth)}`)).toBeUndefined();
  });
});
