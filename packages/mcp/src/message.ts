import type { JsonObject } from '@mandate/internal/parse-json';
import { parseJson } from '@mandate/internal/parse-json';
import { JsonRpcError } from './json-rpc-error.js';

/** A message of a client. `params` is empty if it has none. */
export interface McpMessage {
  readonly kind: 'request' | 'notification' | 'response';
  /** `undefined` for a notification. */
  readonly id: string | number | undefined;
  /** Empty for a response. */
  readonly method: string;
  readonly params: JsonObject;
}

/** A body with all its messages. */
export interface McpBody {
  readonly messages: readonly McpMessage[];
  readonly isBatch: boolean;
  /** The whole body, frozen. */
  readonly value: unknown;
}

/** The members that each kind of message may have. A reader that ignores case must not find another method. */
const MEMBERS: Readonly<Record<string, McpMessage['kind']>> = {
  'id,jsonrpc,method': 'request',
  'id,jsonrpc,method,params': 'request',
  'jsonrpc,method': 'notification',
  'jsonrpc,method,params': 'notification',
  'id,jsonrpc,result': 'response',
  'error,id,jsonrpc': 'response',
  'error,jsonrpc': 'response',
};

/** As many as the SDKs serve. */
const MAX_MESSAGES = 100;

/**
 * Parses the body of a POST. No object in it may have two members of one name.
 * @throws JsonRpcError if the body is not one message, or a batch of messages.
 */
export function parseBody(text: string): McpBody {
  const value = parseJson(text);
  if (value === undefined) {
    throw new JsonRpcError('parse_error', 'The body must be JSON with unique member names.');
  }
  if (!Array.isArray(value)) {
    return { messages: [parseMessage(value)], isBatch: false, value };
  }
  if (value.length === 0 || value.length > MAX_MESSAGES) {
    throw new JsonRpcError('invalid_request', `A batch must have 1 to ${MAX_MESSAGES} messages.`);
  }
  const messages = value.map(parseMessage);
  const ids = messages.map(({ kind, id }) => (kind === 'request' ? `${typeof id} ${id}` : {}));
  if (new Set(ids).size < ids.length) {
    throw new JsonRpcError('invalid_request', 'Each request of a batch must have its own id.');
  }
  return { messages, isBatch: true, value };
}

function parseMessage(value: unknown): McpMessage {
  if (!isObject(value)) throw new JsonRpcError('invalid_request', 'A message must be an object.');
  const { jsonrpc, id, method = '', params = {} } = value;
  const kind = MEMBERS[Object.keys(value).sort().join()];
  if (kind === undefined || jsonrpc !== '2.0') {
    throw new JsonRpcError(
      'invalid_request',
      'The members are not those of a JSON-RPC 2.0 message.',
    );
  }
  if (id !== undefined && !isId(id)) {
    throw new JsonRpcError('invalid_request', 'The id must be a string or a safe integer.');
  }
  if (typeof method !== 'string' || (method === '' && kind !== 'response')) {
    throw new JsonRpcError('invalid_request', 'The method must be a non-empty string.', { id });
  }
  if (!isObject(params)) {
    throw new JsonRpcError('invalid_request', 'params must be an object.', { id });
  }
  return { kind, id, method, params };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isSafeInteger(value);
}
