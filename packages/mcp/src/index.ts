export type { McpServer } from './check-tools.js';
export {
  createMcpGuard,
  type McpContext,
  type McpGuard,
  type McpHandler,
} from './create-mcp-guard.js';
export type { JsonRpcErrorName } from './json-rpc-error.js';
export type { McpDecisionEvent, McpGuardOptions } from './mcp-options.js';
export type { McpOwners } from './owners.js';
export type { McpRule, McpRules } from './rule.js';
export { type McpAuthInfo, toAuthInfo } from './to-auth-info.js';
