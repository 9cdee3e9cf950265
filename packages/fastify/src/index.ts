export { DenialError } from '@mandate/core/adapter';
export type { AuthHook } from './auth-hook.js';
export { mountFetch } from './mount-fetch.js';
export { type AuthPlugin, type RequireAuthOptions, requireAuth } from './require-auth.js';
export {
  allowAnonymous,
  allowIf,
  optionalAuth,
  requireAnyScope,
  requireClaim,
  requireGroup,
  requireScopes,
  requireStepUp,
} from './route-rules.js';
