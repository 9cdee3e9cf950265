export { DenialError } from '@mandate/core/adapter';
export type { AuthHandler } from './auth-handler.js';
export { mountFetch } from './mount-fetch.js';
export { type RequireAuthOptions, requireAuth } from './require-auth.js';
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
