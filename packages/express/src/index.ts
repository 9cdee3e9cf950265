export { mountFetch } from './mount-fetch.js';
export { type AuthHandler, type RequireAuthOptions, requireAuth } from './require-auth.js';
export { allowAnonymous, requireAnyScope, requireGroup, requireScopes } from './route-rules.js';
