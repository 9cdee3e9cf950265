import { type PrincipalOptions, principal } from '@mandate/testing';
import { describe, expect, test } from 'vitest';

describe('principal', () => {
  test('has every member of a real one, frozen to its depth', () => {
    const made = principal({ actor: { subject: 'robot', actor: { subject: 'root' } } });
    expect(made).toEqual({
      subject: 'test-user',
      actor: { subject: 'robot', actor: { subject: 'root', actor: undefined } },
      permission: 'USER',
      scopes: [],
      groups: [],
      tokenId: 'test-token',
      issuer: 'https://issuer.test.invalid/',
      expiresAt: undefined,
      claims: {},
    });
    for (const part of [
      made,
      made.actor,
      made.actor?.actor,
      made.scopes,
      made.groups,
      made.claims,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test('does not follow later changes of what it was made from', () => {
    const scopes = ['A'];
    const claims = { address: { country: 'NL' } };
    const made = principal({ scopes, claims, groups: [7] });
    scopes.push('B');
    claims.address.country = 'BE';
    expect(made).toMatchObject({
      scopes: ['A'],
      groups: ['7'],
      claims: { address: { country: 'NL' } },
    });
  });

  test.each<[string, object]>([
    ['unknown option "scope"', { scope: 'A' }],
    ['scopes must be', { scopes: 'A' }],
    ['scopes must be', { scopes: [7] }],
    ['groups must be', { groups: 'A' }],
    ['groups must be', { groups: [undefined] }],
    ['subject must be', { subject: '' }],
    ['permission must be', { permission: 'ADMIN' }],
    ['expiresAt must be', { expiresAt: Date.now() * 1000 }],
    ['expiresAt must be', { expiresAt: '1' }],
    ['actor must be', { actor: {} }],
    ['claims must be', { claims: null }],
  ])('rejects a wrong member: %s', (message, options) => {
    expect(() => principal(options as PrincipalOptions)).toThrow(TypeError);
    expect(() => principal(options as PrincipalOptions)).toThrow(message);
  });
});
