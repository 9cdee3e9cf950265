import type { AuthErrorCode, Guard } from '@mandate/core';
import { checkFunctions } from '@mandate/internal/check-functions';
import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import type { BodyLimits } from '@mandate/internal/read-body';
import type { JsonRpcErrorName } from './json-rpc-error.js';
import { type McpOwners, MemoryOwners } from './owners.js';
import type { McpRules } from './rule.js';
import { RuleTable } from './rule-table.js';
import { compileSites, type Sites } from './sites.js';

/** What became of a request to an MCP endpoint, for an audit. It never holds a token or an argument of a tool. */
export interface McpDecisionEvent {
  readonly allowed: boolean;
  /** `'allowed'`, the code of an `AuthError`, or the name of a JSON-RPC error. */
  readonly code: 'allowed' | AuthErrorCode | JsonRpcErrorName;
  /** Why it was rejected, for logs. */
  readonly reason: string | undefined;
  /**
   * What was asked for: `tools/call delete_file`. Empty if the body was not read. Anyone with a token can have written it,
   * so each text is cut to 200 characters.
   */
  readonly operations: readonly string[];
  readonly subject: string;
  readonly actor: string | undefined;
  readonly issuer: string | undefined;
  readonly tokenId: string | undefined;
}

/** The policy of an MCP endpoint. */
export interface McpGuardOptions<
  TokenClaims extends object = object,
  Scope extends string = string,
> {
  /** The rule of each method, tool, prompt and resource. What it does not name is denied. */
  readonly rules: McpRules<TokenClaims, Scope>;
  /**
   * Whether lists have only what the principal may use: tools, prompts, resources and resource templates. Default
   * `false`: `tools/list` shows every tool to everyone who may call it. Such answers are private to the caller.
   */
  readonly filterLists?: boolean | undefined;
  /**
   * Whether a body may be a list of messages, for clients of protocol version 2025-03-26. Default `false`. If one message is
   * rejected, all are.
   */
  readonly acceptBatches?: boolean | undefined;
  /**
   * The hosts that requests may name, in lower case: `api.example.com`, or with a port to allow only this one. Default: the
   * host of the resource of the guard. If a proxy changes `Host`, name the host that it sends.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * The origins whose pages may send requests: `https://app.example.com`. Default: that of the resource of the guard.
   * Requests without `Origin` do not come from pages, and are allowed.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Whether a principal without `expiresAt` is rejected with `token_invalid`. Default `true`, because its streams would
   * never end.
   */
  readonly requireExpiry?: boolean | undefined;
  /** The largest body in bytes. Default 4194304. */
  readonly maxBodyBytes?: number | undefined;
  /** How long a body may take, in milliseconds. Default 30000. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * How often the token of an open stream is verified again, in seconds. Default 30. A stream outlives the revocation of its
   * token by this time at most, and by what the verifier remembers.
   */
  readonly recheckSeconds?: number | undefined;
  /** Who opened each session and task. Default: the memory of this process, for 100000 of them. */
  readonly owners?: McpOwners | undefined;
  /** Called with each decision. Its errors are ignored. The guard's own `onDecision` does not know the tools. */
  readonly onDecision?: ((event: McpDecisionEvent) => void) | undefined;
  /** The clock in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The compiled options. */
export interface McpSettings {
  readonly guard: Guard;
  readonly rules: RuleTable;
  readonly sites: Sites;
  readonly owners: McpOwners;
  readonly bodyLimits: BodyLimits;
  readonly filterLists: boolean;
  readonly acceptBatches: boolean;
  readonly requireExpiry: boolean;
  readonly recheckMs: number;
  readonly onDecision: ((event: McpDecisionEvent) => void) | undefined;
  readonly now: () => number;
}

const OWNER = 'createMcpGuard';

/** @throws TypeError if the guard is invalid, or an option is unknown or invalid. */
export function compileMcpOptions(guard: Guard, options: McpGuardOptions): McpSettings {
  checkOptions<McpGuardOptions>(OWNER, options, {
    rules: true,
    filterLists: true,
    acceptBatches: true,
    allowedHosts: true,
    allowedOrigins: true,
    requireExpiry: true,
    maxBodyBytes: true,
    bodyTimeoutMs: true,
    recheckSeconds: true,
    owners: true,
    onDecision: true,
    now: true,
  });
  if (typeof guard?.authorize !== 'function') {
    throw new TypeError(`${OWNER}: the guard is invalid; pass a guard from createGuard`);
  }
  checkFunctions(OWNER, options, ['onDecision', 'now']);
  const { owners = new MemoryOwners(), onDecision, now = Date.now } = options;
  checkFunctions(`${OWNER}: owners`, owners, ['get', 'set', 'delete']);
  return {
    guard,
    rules: new RuleTable(options.rules as McpRules),
    sites: compileSites(guard, options),
    owners,
    ...compileLimits(options),
    filterLists: getFlag(options, 'filterLists', false),
    acceptBatches: getFlag(options, 'acceptBatches', false),
    requireExpiry: getFlag(options, 'requireExpiry', true),
    onDecision,
    now,
  };
}

function compileLimits({
  maxBodyBytes = 4 * 1024 * 1024,
  bodyTimeoutMs = 30_000,
  recheckSeconds = 30,
}: McpGuardOptions): Pick<McpSettings, 'bodyLimits' | 'recheckMs'> {
  checkNumber(`${OWNER}: maxBodyBytes`, maxBodyBytes, { min: 1, isInteger: true });
  checkNumber(`${OWNER}: bodyTimeoutMs`, bodyTimeoutMs, { min: 1, max: MAX_TIMER_MS });
  checkNumber(`${OWNER}: recheckSeconds`, recheckSeconds, { min: 1, max: MAX_TIMER_MS / 1000 });
  return {
    bodyLimits: { maxBytes: maxBodyBytes, timeoutMs: bodyTimeoutMs },
    recheckMs: recheckSeconds * 1000,
  };
}

/** Rejects other types, because the text `"false"` would count as true. */
function getFlag(
  options: McpGuardOptions,
  name: 'filterLists' | 'acceptBatches' | 'requireExpiry',
  byDefault: boolean,
): boolean {
  const value = options[name] ?? byDefault;
  if (typeof value !== 'boolean') throw new TypeError(`${OWNER}: ${name} must be true or false`);
  return value;
}
