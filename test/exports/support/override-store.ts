import type { ExportStore } from '@mandate/exports';

/** A store of which some methods are others. */
export function overrideStore(store: ExportStore, overrides: Partial<ExportStore>): ExportStore {
  return new Proxy(store, {
    get(target, name) {
      const replaced: unknown = Reflect.get(overrides, name);
      if (replaced !== undefined) return replaced;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
