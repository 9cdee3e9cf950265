export { DenialError } from '@mandate/core/adapter';
export { mountFetch } from './mount-fetch.js';
export { type Mount, markMount } from './mounts.js';
export { type AuthState, type RequireAuthOptions, requireAuth } from './require-auth.js';
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
