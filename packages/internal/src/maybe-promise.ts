/** A value, or a promise of it. Code that gets a value continues without waiting. */
export type MaybePromise<Value> = Value | Promise<Value>;

/**
 * Whether a value is a promise. Promises of other libraries and realms count, so `instanceof` is not
 * enough: a promise taken for a value would be a principal that no verifier returned.
 *
 * @example
 * const decision = guard.decide(request);
 * const { allowed } = isPromise(decision) ? await decision : decision;
 */
export function isPromise<Value>(value: MaybePromise<Value>): value is Promise<Value> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
