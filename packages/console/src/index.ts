export type { Access, AuthorizeAdmin, HostContext } from './authorize-admin.js';
export { type ConsoleHandler, createConsole } from './console.js';
export type { ConsoleOptions } from './console-options.js';
export type { ExportPagesOptions } from './exports/export-pages-options.js';
export type { TokenPagesOptions } from './tokens/token-pages-options.js';
