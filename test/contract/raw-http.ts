import { connect } from 'node:net';

/** A request as it goes over the wire. Texts are Latin-1: one character is one byte. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body?: string | undefined;
}

/** A response as it came over the wire. */
export interface RawResponse {
  /** `HTTP/1.1 200 OK`; empty if the server closed the connection without an answer. */
  readonly statusLine: string;
  readonly status: number | 'closed';
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Everything that was received. */
  readonly text: string;
}

const DEADLINE_MS = 120_000;

/** Sends the bytes on a connection of their own, and reads until the server closes it. */
export function sendRaw(port: number, request: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    const deadline = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no whole answer to ${request.method} ${request.target}`));
    }, DEADLINE_MS);
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(deadline);
      resolve(readResponse(Buffer.concat(received).toString('latin1')));
    });
    // Not `end`, because a server may treat a half-closed connection as aborted.
    socket.write(writeRequest(request), 'latin1');
  });
}

export function writeRequest({ method, target, headers, body }: RawRequest): string {
  const lines = [`${method} ${target} HTTP/1.1`, ...headers, 'Connection: close'];
  if (!headers.some((line) => /^host:/i.test(line))) lines.push('Host: api.example');
  const isFramed = headers.some((line) => /^(?:content-length|transfer-encoding):/i.test(line));
  if (body !== undefined && !isFramed) lines.push(`Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

function readResponse(text: string): RawResponse {
  if (text === '') return { statusLine: '', status: 'closed', headers: [], body: '', text };
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const raw = text.slice(end + 4);
  const body = readHeader({ headers }, 'transfer-encoding') === 'chunked' ? joinChunks(raw) : raw;
  return { statusLine, status: Number(statusLine.split(' ')[1]), headers, body, text };
}

function joinChunks(raw: string): string {
  let body = '';
  for (let at = 0; at < raw.length; ) {
    const line = raw.indexOf('\r\n', at);
    const size = Number.parseInt(raw.slice(at, line), 16);
    body += raw.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
    if (size === 0) break;
  }
  return body;
}

/** Every field line of that name joined by `", "`. */
export function readHeader(
  { headers }: Pick<RawResponse, 'headers'>,
  name: string,
): string | undefined {
  const values = headers.filter(([one]) => one === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}
