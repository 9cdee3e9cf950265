import { parseMediaType } from '@mandate/internal/media-type';
import { BodyError, type BodyFault, readBytes } from '@mandate/internal/read-body';
import { checkHeaders } from './check-headers.js';
import type { Exchange } from './exchange.js';
import { JsonRpcError } from './json-rpc-error.js';
import { type McpBody, parseBody } from './message.js';
import { BATCH_VERSION } from './protocol-version.js';

/** The body of a POST, and the bytes that it was sent as. */
export interface IncomingBody extends McpBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

const STATUSES: Readonly<Record<BodyFault, number>> = {
  too_large: 413,
  too_slow: 408,
  incomplete: 400,
  not_utf8: 400,
};

/**
 * Reads the body of a POST once, and checks that the headers agree with it.
 * @throws JsonRpcError if the body is not a message, or a header disagrees with it.
 */
export async function readMessage(exchange: Exchange, incoming: Request): Promise<IncomingBody> {
  const { request, settings } = exchange;
  checkContentType(request.header('content-type'), request.header('content-encoding'));
  const bytes = await readBody(incoming, exchange);
  const text = decode(bytes);
  const body = parseBody(text);
  if (body.isBatch) checkBatch(exchange);
  for (const message of body.messages) {
    const isStateless = checkHeaders(message, request.header);
    if (isStateless && (body.isBatch || message.kind === 'response')) {
      throw new JsonRpcError('invalid_request', 'The body must be one request or notification.');
    }
    exchange.isStateless ||= isStateless;
  }
  request.message = body.value;
  return { ...body, bytes, text, isBatch: body.isBatch && settings.acceptBatches };
}

function checkContentType(type: string | undefined, encoding: string | undefined): void {
  const parsed = type === undefined ? undefined : parseMediaType(type);
  const charset = parsed?.parameters.get('charset') ?? 'utf-8';
  const isPlain = encoding === undefined || encoding.toLowerCase() === 'identity';
  if (parsed?.type === 'application/json' && charset.toLowerCase() === 'utf-8' && isPlain) return;
  throw new JsonRpcError('invalid_request', 'The body must be application/json in UTF-8.', {
    status: 415,
  });
}

/** @throws TypeError if a body parser has read the body, because it hides duplicate members. */
async function readBody(
  incoming: Request,
  { settings }: Exchange,
): Promise<Uint8Array<ArrayBuffer>> {
  if (incoming.bodyUsed) {
    throw new TypeError('the body was consumed: mount the MCP endpoint before body parsers');
  }
  try {
    return (await readBytes(incoming.body, settings.bodyLimits)) as Uint8Array<ArrayBuffer>;
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    const text = `The request was not read: ${error.message}.`;
    throw new JsonRpcError('invalid_request', text, { status: STATUSES[error.code] });
  }
}

/** Keeps a byte order mark, which is not JSON. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonRpcError('parse_error', 'The body is not UTF-8.');
  }
}

/** Only clients of 2025-03-26 send batches, and only later ones name their version. */
function checkBatch({ request, settings }: Exchange): void {
  const version = request.header('mcp-protocol-version') ?? BATCH_VERSION;
  if (settings.acceptBatches && version === BATCH_VERSION) return;
  throw new JsonRpcError('invalid_request', 'The body must be one message, not a list.');
}
