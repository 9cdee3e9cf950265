import { createSecretBox } from '@mandate/issuer/store';
import { describe, expect, test } from 'vitest';

const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];

describe('createSecretBox', () => {
  test('opens a sealed secret in the same context only', async () => {
    const box = createSecretBox([one]);
    const sealed = await box.seal('secret', 'api key of 1');
    expect(sealed).not.toContain(Buffer.from('secret').toString('base64url'));
    expect(await box.open(sealed, 'api key of 1')).toBe('secret');
    await expect(box.open(sealed, 'api key of 2')).rejects.toThrow('sealed for another context');
  });

  test('rejects a changed secret', async () => {
    const box = createSecretBox([one]);
    const [head, key, iv, text, tag] = (await box.seal('secret', 'a')).split('.');
    const swapped = `${text?.startsWith('A') ? 'B' : 'A'}${text?.slice(1)}`;
    await expect(box.open([head, key, iv, swapped, tag].join('.'), 'a')).rejects.toThrow();
    await expect(box.open('', 'a')).rejects.toThrow();
  });

  test('opens with an older key, and seals with the first', async () => {
    const old = await createSecretBox([one]).seal('secret', 'a');
    const box = createSecretBox([two, one]);
    expect(await box.open(old, 'a')).toBe('secret');
    await expect(createSecretBox([one]).open(await box.seal('secret', 'a'), 'a')).rejects.toThrow(
      'sealed with an unknown key',
    );
    expect(box.digest('secret')).toContain(createSecretBox([one]).digest('secret')[0]);
  });

  test('is unaffected when the given key is overwritten later', async () => {
    const key = one.slice();
    const box = createSecretBox([key]);
    const sealed = await box.seal('secret', 'a');
    key.fill(0);
    expect(await box.open(sealed, 'a')).toBe('secret');
  });

  test.each([[[]], [[new Uint8Array(31)]], [[one, new Uint8Array(33)]]])('rejects %o', (keys) => {
    expect(() => createSecretBox(keys)).toThrow(TypeError);
  });
});
