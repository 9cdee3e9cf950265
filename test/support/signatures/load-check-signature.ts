import { vi } from 'vitest';
import type { checkSignature } from '../../../packages/core/src/jws/check-signature.js';

/** `throwing` has `node:crypto` as runtimes have it that copy Node in part: it takes no key. */
export const RUNTIMES = ['node', 'web', 'throwing'] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** `checkSignature` as it is in such a runtime. */
export async function loadCheckSignature(runtime: Runtime): Promise<typeof checkSignature> {
  vi.resetModules();
  const getBuiltinModule = process.getBuiltinModule;
  const spy = vi.spyOn(process, 'getBuiltinModule');
  if (runtime === 'web') spy.mockReturnValue(undefined as never);
  if (runtime === 'throwing') {
    spy.mockImplementation((name) => {
      const crypto = getBuiltinModule.call(process, name) as object;
      const from = () => {
        throw new TypeError('The "key" argument must be an instance of CryptoKey');
      };
      return { ...crypto, KeyObject: { from } } as never;
    });
  }
  const module = await import('../../../packages/core/src/jws/check-signature.js');
  spy.mockRestore();
  return module.checkSignature;
}
