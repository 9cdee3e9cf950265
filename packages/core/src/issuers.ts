/** Issuers that are not a fixed list: those found at run time, and tenants with names of their own. */
export {
  createIssuerTable,
  type FindJwtIssuer,
  type IssuerTableOptions,
} from './jwt/create-issuer-table.js';
export { createTenantIssuer, type TenantIssuerOptions } from './jwt/create-tenant-issuer.js';
