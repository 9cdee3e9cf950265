import { parseMediaType } from '@mandate/internal/media-type';
import { BodyError, readBody } from '@mandate/internal/read-body';
import { AdminProblem } from './admin-problem.js';

const LIMITS = { maxBytes: 64 * 1024, timeoutMs: 10_000 };

/**
 * Reads the JSON body of a request.
 * @throws AdminProblem if the body is not JSON, is larger than 64 KiB, or takes more than 10 s to arrive.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = parseMediaType(request.headers.get('content-type') ?? '')?.type;
  if (type !== 'application/json') {
    throw new AdminProblem('unsupported', 'the content type must be application/json');
  }
  const coding = request.headers.get('content-encoding') ?? 'identity';
  if (coding.toLowerCase() !== 'identity') {
    throw new AdminProblem('unsupported', 'the body must not be compressed');
  }
  const text = await readBody(request.body, LIMITS).catch(toProblem);
  try {
    return JSON.parse(text);
  } catch {
    throw new AdminProblem('invalid', 'the body is not valid JSON');
  }
}

function toProblem(error: unknown): never {
  if (!(error instanceof BodyError)) throw error;
  throw new AdminProblem(error.code === 'too_slow' ? 'timeout' : 'invalid', error.message);
}
