export { DenialError } from '@mandate/core/adapter';
export type { AuthEnv } from './hono-request.js';
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
