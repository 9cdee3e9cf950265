export type { AdminAccess, AuthorizeAdmin } from '@mandate/tokens/admin';
export type { HostContext } from './authorize-admin.js';
export { type ConsoleHandler, createConsole } from './console.js';
export type { ConsoleOptions } from './console-options.js';
export type { ExportPagesOptions } from './exports/export-pages-options.js';
export type { TokenPagesOptions } from './tokens/token-pages-options.js';
