import type { CredentialSet } from '@mandate/client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCredentials, toSubject } from '../../../packages/client/src/token/credentials.js';

const accept = (credentials: CredentialSet) => credentials;

const NAMES = [
  'username',
  'password',
  'gssnid',
  'partnerid',
  'partneruserid',
  'loginkey',
  'g4scredentials',
] as const;

const SETS = [
  ['username', 'password'],
  ['username', 'g4scredentials'],
  ['username', 'loginkey'],
  ['gssnid'],
  ['partnerid', 'partneruserid', 'loginkey'],
];

describe('a set of credentials', () => {
  test('compiles if it is one of the five, also with the unused members of the template', () => {
    accept({ username: 'a', password: 'b' });
    accept({ username: 'a', g4scredentials: 'b', password: '', gssnid: '' });
    accept({ username: 'a', loginkey: 'b' });
    accept({ gssnid: 'a' });
    accept({ partnerid: 1, partneruserid: 'a', loginkey: 'b', username: '' });
  });

  test('does not compile if it is another', () => {
    // @ts-expect-error no password
    accept({ username: 'a' });
    // @ts-expect-error two sets at once
    accept({ username: 'a', password: 'b', gssnid: 'c' });
    // @ts-expect-error no user
    accept({ partnerid: 1, loginkey: 'b' });
    // @ts-expect-error no set at all
    accept({});
  });

  test('is found in any combination of members if exactly one set is complete', () => {
    const value = fc.constantFrom(undefined, '', 'value', 0);
    const record = fc.record(Object.fromEntries(NAMES.map((name) => [name, value])));
    fc.assert(
      fc.property(record, (credentials) => {
        const given = NAMES.filter((name) => credentials[name] === 0 || credentials[name]);
        const complete = SETS.filter((set) =>
          set.every((name) => given.some((one) => one === name)),
        );
        const found = parseCredentials(credentials);
        expect(found?.isComplete ?? false).toBe(complete.length === 1);
        const [set = []] = complete;
        const expected = Object.fromEntries(set.map((name) => [name, credentials[name]]));
        if (found?.isComplete) expect(found.members).toEqual(expected);
      }),
    );
  });
});

describe('the owner of credentials', () => {
  test.each([
    ['a user', { username: 'a', password: '' }, { username: 'a' }],
    ['a partner', { partnerid: 0, partneruserid: 'b' }, { partnerid: 0, partneruserid: 'b' }],
  ])('is found where no set is complete: %s', (_title, given, members) => {
    expect(parseCredentials(given)).toEqual({ members, isComplete: false });
  });

  test.each([
    [{}],
    [{ partnerid: 1 }],
    [{ loginkey: 'a' }],
    [{ username: 'a', partnerid: 1, partneruserid: 'b' }],
    [undefined],
  ])('is missing in %o', (given) => {
    expect(parseCredentials(given)).toBeUndefined();
  });

  test('is missing if there are two sets', () => {
    expect(parseCredentials({ username: 'a', password: 'b', gssnid: 'c' })).toBeUndefined();
  });
});

describe('a subject', () => {
  test('differs for each session, and reveals nothing of it', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        const [, digest = ''] = toSubject({ gssnid: a });
        expect(a).not.toContain(digest);
        expect(digest === toSubject({ gssnid: b })[1]).toBe(a === b);
      }),
    );
  });

  test('does not depend on the kind of credentials', () => {
    const [subject] = [toSubject({ username: 'a', password: 'b' })];
    expect(toSubject({ username: 'a', loginkey: 'c' })).toEqual(subject);
    expect(toSubject({ username: 'b', password: 'b' })).not.toEqual(subject);
  });
});
