import { decodeHeaderValue } from './header-value.js';
import { JsonRpcError } from './json-rpc-error.js';
import { isObject, type McpMessage } from './message.js';
import { checkVersion, STATELESS_VERSION } from './protocol-version.js';

/** The member of `_meta` with the protocol version of a request since 2026-07-28. */
const VERSION_MEMBER = 'io.modelcontextprotocol/protocolVersion';

/** The member of `params` that `Mcp-Name` repeats, and whether the header is required. */
const NAMES: Readonly<Record<string, readonly [member: string, isRequired: boolean]>> = {
  'tools/call': ['name', true],
  'prompts/get': ['name', true],
  'resources/read': ['uri', true],
  'resources/subscribe': ['uri', false],
  'resources/unsubscribe': ['uri', false],
  'tasks/get': ['taskId', true],
  'tasks/result': ['taskId', false],
  'tasks/update': ['taskId', true],
  'tasks/cancel': ['taskId', true],
};

/** Gets a header by its name in lower case. */
export type GetHeader = (name: string) => string | undefined;

/**
 * Checks that the headers say what the body says. The body decides, and a gateway may have decided by the headers.
 * From 2026-07-28 on, requests must have them.
 * @returns whether the message follows 2026-07-28, in which there are no sessions.
 * @throws JsonRpcError if they disagree, one is missing, or the protocol version is unknown.
 */
export function checkHeaders(message: McpMessage, getHeader: GetHeader): boolean {
  const isStateless = checkVersions(message, getHeader('mcp-protocol-version'));
  const isRequired = isStateless && message.kind === 'request';
  checkMethod(message, getHeader('mcp-method'), isRequired);
  checkName(message, getHeader('mcp-name'), isRequired);
  return isStateless;
}

function checkMethod(
  { id, method }: McpMessage,
  header: string | undefined,
  isRequired: boolean,
): void {
  if (header === undefined && isRequired) throw mismatch('Mcp-Method is missing.', id);
  if (header === undefined || header === method) return;
  throw mismatch('Mcp-Method does not match the body.', id);
}

function checkName(
  { id, method, params }: McpMessage,
  header: string | undefined,
  isRequired: boolean,
): void {
  const [member, isNameRequired] = Object.hasOwn(NAMES, method) ? (NAMES[method] ?? []) : [];
  if (header === undefined) {
    if (isRequired && isNameRequired) throw mismatch('Mcp-Name is missing.', id);
    return;
  }
  const name = member === undefined ? undefined : params[member];
  if (typeof name === 'string' && decodeHeaderValue(header) === name) return;
  throw mismatch('Mcp-Name does not match the body.', id);
}

function checkVersions({ id, kind, params }: McpMessage, header: string | undefined): boolean {
  const meta = params['_meta'];
  const version = isObject(meta) ? meta[VERSION_MEMBER] : undefined;
  if (header !== undefined && version !== undefined && header !== version) {
    throw mismatch('MCP-Protocol-Version does not match the body.', id);
  }
  checkVersion(header ?? version, id, version !== undefined);
  const isStateless = header === STATELESS_VERSION || version === STATELESS_VERSION;
  if (!isStateless || kind !== 'request') return isStateless;
  if (header === undefined) throw mismatch('MCP-Protocol-Version is missing.', id);
  if (version !== undefined) return true;
  throw new JsonRpcError('invalid_params', `_meta must have ${VERSION_MEMBER}.`, { id });
}

function mismatch(message: string, id: string | number | undefined): JsonRpcError {
  return new JsonRpcError('header_mismatch', message, { id });
}
