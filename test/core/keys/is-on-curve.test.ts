import { describe, expect, test } from 'vitest';
import { isOnCurve } from '../../../packages/core/src/keys/is-on-curve.js';
import { findKeyFault } from '../../../packages/core/src/keys/jwk.js';

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

async function createPoint(namedCurve: string): Promise<readonly [string, string]> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, [
    'sign',
    'verify',
  ]);
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return [x as string, y as string];
}

describe.each(['P-256', 'P-384', 'P-521'])('on %s', (crv) => {
  test('the points of new keys are points', async () => {
    for (let i = 0; i < 20; i++) expect(isOnCurve(crv, await createPoint(crv))).toBe(true);
  });

  test('a point with another bit, or another length, is not', async () => {
    const [x, y] = await createPoint(crv);
    const bytes = Buffer.from(y, 'base64url');
    for (const at of [0, 7, bytes.length - 1]) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      expect(isOnCurve(crv, [x, encode(changed)])).toBe(false);
    }
    expect(isOnCurve(crv, [x, encode(bytes.subarray(1))])).toBe(false);
    expect(isOnCurve(crv, [x, encode(Buffer.concat([Buffer.of(0), bytes]))])).toBe(false);
    expect(isOnCurve(crv, [y, x])).toBe(false);
  });

  test('a coordinate beyond the field is not, though it is a point modulo p', () => {
    const size = crv === 'P-521' ? 66 : crv === 'P-384' ? 48 : 32;
    const most = encode(new Uint8Array(size).fill(255));
    expect(isOnCurve(crv, [most, most])).toBe(false);
  });
});

test('a key set ignores a key that is not a point of its curve', () => {
  const key = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' };
  expect(findKeyFault(key)).toBe('it has no public point');
});
