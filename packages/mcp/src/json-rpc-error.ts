/** The codes of JSON-RPC 2.0 §5.1, and those of MCP 2026-07-28 (`basic`, error codes). */
export const JSON_RPC_CODES = {
  parse_error: -32700,
  invalid_request: -32600,
  method_not_found: -32601,
  invalid_params: -32602,
  header_mismatch: -32020,
  unsupported_protocol_version: -32022,
  session_not_found: -32600,
} as const;

/** Why a message was not accepted, from any caller. */
export type JsonRpcErrorName = keyof typeof JSON_RPC_CODES;

/** What an answer has besides its code and its message. */
export interface JsonRpcErrorOptions {
  /** The id of the request, if it was read. */
  readonly id?: string | number | undefined;
  readonly data?: unknown;
  /** Default 400. */
  readonly status?: number | undefined;
}

/** A message that is answered with a JSON-RPC error. Its text is sent, so it must not hold a secret. */
export class JsonRpcError extends Error {
  override readonly name = 'JsonRpcError';
  readonly code: JsonRpcErrorName;
  readonly #options: JsonRpcErrorOptions;

  constructor(code: JsonRpcErrorName, message: string, options: JsonRpcErrorOptions = {}) {
    super(message);
    this.code = code;
    this.#options = options;
  }

  toResponse(): Response {
    const { id = null, data, status = 400 } = this.#options;
    const error = { code: JSON_RPC_CODES[this.code], message: this.message, data };
    return Response.json(
      { jsonrpc: '2.0', id, error },
      { status, headers: { 'cache-control': 'no-store' } },
    );
  }
}
