/**
 * Whether a value has yet to be waited for. Promises of other libraries and realms count: taken for a
 * value, one would be a principal that nobody verified.
 */
export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
