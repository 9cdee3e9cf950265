import { createPasswordHasher } from '@mandate/issuer';
import { describe, expect, test } from 'vitest';

const cheap = { cost: 10, parallelization: 1 };

describe('createPasswordHasher', () => {
  test('accepts only the password of a hash', async () => {
    const passwords = createPasswordHasher(cheap);
    const hash = await passwords.hash('caf\u00e9');
    expect(hash).toMatch(/^\$scrypt\$ln=10,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await passwords.verify('caf\u00e9', hash)).toBe(true);
    // The same word, typed on another keyboard.
    expect(await passwords.verify('cafe\u0301', hash)).toBe(true);
    expect(await passwords.verify('cafe', hash)).toBe(false);
    expect(await passwords.verify('caf\u00e9', undefined)).toBe(false);
    expect(await passwords.hash('caf\u00e9')).not.toBe(hash);
  });

  test('verifies hashes of another cost', async () => {
    const hash = await createPasswordHasher({ cost: 12, parallelization: 2 }).hash('x');
    expect(await createPasswordHasher(cheap).verify('x', hash)).toBe(true);
  });

  test.each([
    [
      { cost: 10, parallelization: 1 },
      { cost: 13, parallelization: 3 },
    ],
    [
      { cost: 11, parallelization: 3 },
      { cost: 13, parallelization: 1 },
    ],
    [
      { cost: 12, parallelization: 1 },
      { cost: 12, parallelization: 1 },
    ],
  ])(
    'a wrong password for a hash with %o costs what an unknown user costs under %o',
    async (before, after) => {
      const hash = await createPasswordHasher(before).hash('x');
      let work = 0;
      const passwords = createPasswordHasher({
        ...after,
        derive: async (_password, _salt, { N = 0, p = 0 }) => {
          work += N * p;
          return new Uint8Array(32);
        },
      });
      expect(await passwords.verify('y', undefined)).toBe(false);
      const unknown = work;
      work = 0;
      expect(await passwords.verify('y', hash)).toBe(false);
      expect(work).toBe(unknown);
    },
  );

  test.each([
    [{ cost: 10, parallelization: 1 }, { cost: 11, parallelization: 1 }, true],
    [{ cost: 10, parallelization: 1 }, { cost: 10, parallelization: 2 }, true],
    [{ cost: 10, parallelization: 3 }, { cost: 12, parallelization: 1 }, true],
    [{ cost: 10, parallelization: 1 }, { cost: 10, parallelization: 1 }, false],
    [{ cost: 10, parallelization: 2 }, { cost: 11, parallelization: 1 }, false],
    [{ cost: 12, parallelization: 1 }, { cost: 10, parallelization: 3 }, false],
  ])('renews a hash of %o with settings %o: %s', async (before, after, isRenewed) => {
    const hash = await createPasswordHasher(before).hash('x');
    const passwords = createPasswordHasher(after);
    const renewed = await passwords.renew('x', hash);
    expect(renewed !== undefined).toBe(isRenewed);
    expect(await passwords.verify('x', renewed ?? hash)).toBe(true);
    expect(renewed && (await passwords.renew('x', renewed))).toBeUndefined();
  });

  test('throws for an invalid stored hash instead of rejecting the password', async () => {
    const passwords = createPasswordHasher(cheap);
    await expect(passwords.verify('x', 'x')).rejects.toThrow('a stored password hash is invalid');
  });

  test('uses the recommended parameters by default, and the memory that they need', async () => {
    const passwords = createPasswordHasher();
    expect(await passwords.hash('x')).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
  });

  test.each([
    { cost: 9 },
    { cost: 21 },
    { cost: 12.5 },
    { parallelization: 0 },
    { concurrency: 0 },
    { maxWaiting: -1 },
  ])('rejects %o', (options) => {
    expect(() => createPasswordHasher(options)).toThrow(TypeError);
  });
});
