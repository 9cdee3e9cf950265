/** Why a body could not be read. */
export type BodyFault = 'too_large' | 'too_slow' | 'incomplete' | 'not_utf8';

/** A body that was not read. None of its causes is a fault of the server. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly code: BodyFault;

  constructor(code: BodyFault) {
    super(MESSAGES[code]);
    this.code = code;
  }
}

const MESSAGES: Readonly<Record<BodyFault, string>> = {
  too_large: 'the body is too large',
  too_slow: 'the body took too long',
  incomplete: 'the body is incomplete',
  not_utf8: 'the body is not UTF-8',
};

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds from the first byte to the last, so that a slow sender cannot hold a connection. */
  readonly timeoutMs: number;
}

/**
 * Reads a body as strict UTF-8, within limits of size and time.
 *
 * @throws BodyError if the body exceeds a limit, ends early or is not UTF-8; TypeError if the body
 * was read before, for example by a body parser.
 */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  limits: BodyLimits,
): Promise<string> {
  const bytes = await readBytes(body, limits);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BodyError('not_utf8');
  }
}

/**
 * Reads a body of any encoding, within limits of size and time.
 *
 * @throws BodyError if the body exceeds a limit or ends early; TypeError if the body was read before.
 */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, timeoutMs }: BodyLimits,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  let fault: BodyError | undefined;
  // Cancelling ends the pending read. Nothing waits for the sender, who may already be gone.
  const stop = (code: BodyFault) => {
    fault = new BodyError(code);
    reader.cancel(fault).catch(() => {});
  };
  const timer = setTimeout(() => stop('too_slow'), timeoutMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw fault ?? new BodyError('incomplete');
      });
      if (fault !== undefined) throw fault;
      if (done) return concatenate(chunks, size);
      size += value.byteLength;
      chunks.push(value);
      if (size > maxBytes) stop('too_large');
    }
  } finally {
    clearTimeout(timer);
  }
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
