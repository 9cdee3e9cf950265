import type { Claims, FetchHandler, Guard, Principal } from '@mandate/core';
import { checkTools, type McpServer } from './check-tools.js';
import { checkAccess, Exchange } from './exchange.js';
import { findRule, findUnknownMethod } from './find-rule.js';
import { finishResponse } from './finish-response.js';
import { JsonRpcError } from './json-rpc-error.js';
import { compileMcpOptions, type McpGuardOptions, type McpSettings } from './mcp-options.js';
import { type IncomingBody, readMessage } from './read-message.js';
import { checkSession } from './sessions.js';
import { checkSite } from './sites.js';
import { type McpAuthInfo, toAuthInfo } from './to-auth-info.js';

/** What a handler behind the guard gets besides the request: the options that the handlers of the SDKs take. */
export interface McpContext<TokenClaims extends object = Claims> {
  readonly authInfo: McpAuthInfo;
  /** The parsed body of a POST, which is not frozen. `undefined` for other methods. */
  readonly parsedBody: unknown;
  readonly principal: Principal<TokenClaims>;
}

/** An MCP server, such as the `fetch` of the handler of an SDK. */
export type McpHandler<TokenClaims extends object = Claims> = (
  request: Request,
  context: McpContext<TokenClaims>,
) => Response | Promise<Response>;

/** The guard of an MCP endpoint. */
export interface McpGuard<TokenClaims extends object = Claims> {
  /**
   * Puts the rules in front of a server.
   * @returns a handler for `mountFetch` of a host behind `requireAuth(guard)`, or for `guardFetch`.
   * @throws TypeError if the handler is not a function.
   */
  guardHandler(handler: McpHandler<TokenClaims>): FetchHandler;
  /**
   * Lists the tools, prompts, resources and templates of a server, and closes it. Run it at start-up, or in a test.
   * @throws TypeError with what has no rule, and with rules for a name that the server does not have.
   */
  checkTools(server: McpServer): Promise<void>;
}

/**
 * Creates the guard of an MCP endpoint. It decides about each message by its rules, behind the guard of the host, which
 * verifies the token.
 * @throws TypeError if the guard is invalid, or an option is unknown or invalid.
 *
 * @example
 * const mcp = createMcpGuard(guard, {
 *   rules: {
 *     'tools/list': { scopes: [] },
 *     'tools/call find_file': { scopes: ['FILES_READ'] },
 *     'tools/call delete_file': { scopes: ['FILES_WRITE'] },
 *   },
 *   allowedHosts: ['api.example.com'],
 * });
 */
export function createMcpGuard<TokenClaims extends object, Scope extends string>(
  guard: Guard<TokenClaims, Scope>,
  options: McpGuardOptions<NoInfer<TokenClaims>, NoInfer<Scope>>,
): McpGuard<TokenClaims> {
  // Inside, claims and scopes have no particular type.
  const settings = compileMcpOptions(
    guard as unknown as Guard,
    options as unknown as McpGuardOptions,
  );
  return {
    guardHandler(handler) {
      if (typeof handler !== 'function') {
        throw new TypeError('guardHandler: the handler must be a function of a Request');
      }
      return async (request, context) =>
        serve(new Exchange(settings, request, context), request, handler as unknown as McpHandler);
    },
    checkTools: (server) => checkTools(server, settings.rules),
  };
}

async function serve(
  exchange: Exchange,
  incoming: Request,
  handler: McpHandler,
): Promise<Response> {
  const { settings, request } = exchange;
  const error = checkSite(request, settings.sites) ?? checkAccess(exchange);
  if (error !== undefined) return exchange.reject(error);
  try {
    await checkSession(exchange);
    if (request.method === 'POST') return await servePost(exchange, incoming, handler);
  } catch (fault) {
    if (fault instanceof JsonRpcError) return exchange.fail(fault);
    throw fault;
  }
  if (request.method !== 'GET' && request.method !== 'DELETE') return toMethodNotAllowed();
  exchange.operations = [request.method];
  exchange.allow();
  const response = await handler(incoming, toContext(exchange, undefined));
  return finishResponse(response, [], exchange);
}

async function servePost(
  exchange: Exchange,
  incoming: Request,
  handler: McpHandler,
): Promise<Response> {
  const body = await readMessage(exchange, incoming);
  const refusal = await exchange.authorize(await findRule(body.messages, exchange));
  if (refusal !== undefined) {
    return findUnknownMethod(body.messages, exchange)?.toResponse() ?? refusal;
  }
  exchange.allow();
  const response = await handler(copyRequest(incoming, body), toContext(exchange, body));
  return finishResponse(response, body.messages, exchange);
}

/** The same request, whose body was not read. */
function copyRequest({ url, method, headers, signal }: Request, { bytes }: IncomingBody): Request {
  return new Request(url, { method, headers, signal, body: bytes });
}

function toContext(
  { principal, settings }: { readonly principal: Principal; readonly settings: McpSettings },
  body: IncomingBody | undefined,
): McpContext {
  return {
    authInfo: toAuthInfo(principal, settings.guard),
    // Parsed again, because the guard's own is frozen, and what a condition saw must not change.
    parsedBody: body === undefined ? undefined : JSON.parse(body.text),
    principal,
  };
}

function toMethodNotAllowed(): Response {
  return new Response(null, { status: 405, headers: { allow: 'GET, POST, DELETE' } });
}
