import {
  AuthError,
  type CompiledRule,
  type Denial,
  type FetchContext,
  type Principal,
} from '@mandate/core';
import { notify } from '@mandate/internal/notify';
import type { JsonRpcError } from './json-rpc-error.js';
import type { McpDecisionEvent, McpSettings } from './mcp-options.js';
import { McpRequest } from './mcp-request.js';
import { toOwner } from './owners.js';

/** What is in each event of an operation. The sender chooses its length. */
const MAX_OPERATION_LENGTH = 200;

/** One request to the endpoint, with its principal. */
export class Exchange {
  readonly settings: McpSettings;
  readonly request: McpRequest;
  readonly principal: Principal;
  /** What the caller's sessions and tasks are stored under. */
  readonly owner: string;
  /** What is asked for, for events. */
  operations: readonly string[] = [];
  /** Whether the message follows the revision without sessions. */
  isStateless = false;

  /** @throws TypeError without a principal, because then no guard has allowed the request. */
  constructor(settings: McpSettings, request: Request, context: FetchContext) {
    const { principal } = context;
    if (principal === undefined) {
      throw new TypeError('requireAuth(guard) must run before the handler of createMcpGuard');
    }
    this.settings = settings;
    this.request = new McpRequest(request, context);
    this.principal = principal;
    this.owner = toOwner(principal);
  }

  /** @returns the refusal, unless the principal satisfies the rule. */
  async authorize(rule: CompiledRule | undefined): Promise<Response | undefined> {
    const { principal, request, settings } = this;
    const decision = await settings.guard.authorize(principal, request, rule);
    if (decision.allowed) return undefined;
    const { code, message } = decision.error;
    this.#observe(code, message);
    return toResponse(decision.denial);
  }

  /** Rejects the request as the guard does: with its challenge, its format and its observers. */
  async reject(error: AuthError): Promise<Response> {
    const refuse = () => {
      throw error;
    };
    const rule = { scopes: [[]], group: undefined, anonymous: true, optional: true };
    const response = await this.authorize({ ...rule, allowIf: refuse });
    if (response === undefined) throw error;
    return response;
  }

  /** Answers with a JSON-RPC error. */
  fail(error: JsonRpcError): Response {
    this.#observe(error.code, error.message);
    return error.toResponse();
  }

  allow(): void {
    this.#observe('allowed', undefined);
  }

  #observe(code: McpDecisionEvent['code'], reason: string | undefined): void {
    const { onDecision } = this.settings;
    if (onDecision === undefined) return;
    const { subject, actor, issuer, tokenId } = this.principal;
    notify(onDecision, {
      allowed: code === 'allowed',
      ...{ code, reason, subject, issuer, tokenId },
      actor: actor?.subject,
      operations: this.operations.map((one) => one.slice(0, MAX_OPERATION_LENGTH)),
    });
  }
}

function toResponse({ status, headers, body }: Denial): Response {
  return new Response(body, { status, headers });
}

/** @returns the refusal of a principal or a request that no rule could allow. */
export function checkAccess({ principal, request, settings }: Exchange): AuthError | undefined {
  if (settings.requireExpiry && principal.expiresAt === undefined) {
    return new AuthError('token_invalid', 'the token does not expire (requireExpiry)');
  }
  // MCP, authorization: access tokens must not be in the query.
  if (request.query('access_token') === undefined) return undefined;
  return new AuthError('credentials_malformed', 'the query has an access token');
}
