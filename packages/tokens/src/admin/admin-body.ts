import { parseMediaType } from '@mandate/internal/media-type';
import { AdminProblem } from './admin-problem.js';

const MAX_BODY_BYTES = 64 * 1024;
/** From the first byte to the last: a sender must not hold a connection by sending one now and then. */
const BODY_TIMEOUT_MS = 10_000;

/** The JSON that a request holds. @throws AdminProblem if it is none, too large or too slow. */
export async function readJson(request: Request): Promise<unknown> {
  const type = parseMediaType(request.headers.get('content-type') ?? '')?.type;
  if (type !== 'application/json') {
    throw new AdminProblem('unsupported', 'send application/json');
  }
  const text = request.body === null ? '' : await readText(request.body);
  try {
    return JSON.parse(text);
  } catch {
    throw new AdminProblem('invalid', 'the body is no JSON');
  }
}

/** The body, of which no more is read than it may have, for no longer than it may take. */
async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const timer = setTimeout(
    () => cancel(new AdminProblem('timeout', 'the body took too long')),
    BODY_TIMEOUT_MS,
  );
  let refusal: AdminProblem | undefined;
  const cancel = (problem: AdminProblem) => {
    refusal = problem;
    // What is being read ends with it. A sender that is gone already is no fault.
    reader.cancel(problem).catch(() => {});
  };
  try {
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (refusal !== undefined) throw refusal;
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > MAX_BODY_BYTES) cancel(new AdminProblem('invalid', 'the body is too large'));
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    clearTimeout(timer);
  }
}
