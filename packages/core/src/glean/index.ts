import type { GuardOptions } from '../guard.js';
import { renderGleanDenial } from './denials.js';
import { GLEAN_ENDPOINTS } from './endpoints.js';
import { normalizeGleanScope } from './scopes.js';

export { whenGleanOAuth } from './auth-type.js';
export { renderGleanDenial } from './denials.js';
export { GLEAN_ENDPOINTS } from './endpoints.js';
export {
  GLEAN_LATER_SCOPES,
  GLEAN_SCOPES,
  type GleanScope,
  normalizeGleanScope,
  UNDOCUMENTED_ENDPOINT_SCOPES,
} from './scopes.js';

/**
 * What makes a guard one of the Glean Client API, to spread before your own options:
 *
 * ```ts
 * const guard = createGuard({ ...gleanPreset, verifiers: [issued, sso] });
 * ```
 *
 * The act-as header needs no entry: `X-Glean-ActAs` with the older `X-Scio-ActAs` is the default.
 */
export const gleanPreset = {
  endpoints: GLEAN_ENDPOINTS,
  normalizeScope: normalizeGleanScope,
  renderDenial: renderGleanDenial,
} as const satisfies Partial<GuardOptions>;
