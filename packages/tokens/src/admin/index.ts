export type { AdminAccess, AuthorizeAdmin } from './authorize-admin.js';
export { createTokenAdminHandler, type TokenAdminOptions } from './token-admin-handler.js';
export { TOKEN_ADMIN_OPENAPI } from './token-admin-openapi.js';
