import { checkOptions } from '@mandate/internal/check-options';
import type { Routing } from './auth-request.js';

/**
 * Checks the `routing` of an adapter's options.
 * @throws TypeError if a member is unknown or not a boolean. The text `"false"` would count as true.
 */
export function checkRouting(routing: Routing | undefined): void {
  if (routing === undefined) return;
  checkOptions<Routing>('routing', routing, { caseSensitive: true, strict: true });
  const { caseSensitive, strict } = routing;
  if (typeof caseSensitive === 'boolean' && typeof strict === 'boolean') return;
  throw new TypeError('routing: caseSensitive and strict must be true or false');
}
