export { createTokenAdminHandler, type TokenAdminOptions } from './admin-handler.js';
export { TOKEN_ADMIN_OPENAPI } from './admin-openapi.js';
