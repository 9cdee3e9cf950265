import { parseMediaType } from '@mandate/internal/media-type';
import { expect, test } from 'vitest';

test.each([
  ['application/json', 'application/json', {}],
  [' Application/JSON\t', 'application/json', {}],
  ['application/json;charset=UTF-8', 'application/json', { charset: 'UTF-8' }],
  ['multipart/form-data ; BOUNDARY="a,b;c"', 'multipart/form-data', { boundary: 'a,b;c' }],
  [
    'text/plain; charset=utf-8; format=flowed',
    'text/plain',
    { charset: 'utf-8', format: 'flowed' },
  ],
])('parses %j', (value, type, parameters) => {
  const parsed = parseMediaType(value);
  expect([parsed?.type, Object.fromEntries(parsed?.parameters ?? [])]).toEqual([type, parameters]);
});

test.each([
  '',
  'json',
  'application/',
  'application/json, multipart/form-data; boundary=X',
  'application/json; charset=utf-8, text/plain',
  'application/json;',
  'application/json; charset',
  'application/json; charset=utf-8; charset=latin1',
  'multipart/form-data; boundary=a; Boundary=b',
  'multipart/form-data; boundary="a\\b"',
  'multipart/form-data; boundary="a',
  'application/json\xa0',
  '\ufeffapplication/json',
  'application/json;\xa0charset=utf-8',
  'application/json\v; charset=utf-8',
])('rejects %j', (value) => {
  expect(parseMediaType(value)).toBeUndefined();
});
