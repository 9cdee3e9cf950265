import type { GuardOptions } from '../guard-options.js';
import { renderGleanDenial } from './denials.js';
import { GLEAN_ENDPOINTS } from './endpoints.js';
import { normalizeGleanScope } from './scopes.js';

export { whenGleanOAuth } from './auth-type.js';
export {
  createGleanEndpoints,
  type GleanEndpoint,
  type GleanEndpointOptions,
} from './create-glean-endpoints.js';
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
 * The options of a guard for the Glean Client API. Spread them before your own options. They do not set the
 * act-as header, because `X-Glean-ActAs` with the older `X-Scio-ActAs` is the default of every guard.
 *
 * @example
 * createGuard({ ...gleanPreset, verifiers: [verifier] });
 */
export const gleanPreset = {
  endpoints: GLEAN_ENDPOINTS,
  normalizeScope: normalizeGleanScope,
  renderDenial: renderGleanDenial,
} as const satisfies Partial<GuardOptions>;
