import { parseMediaType } from '@mandate/internal/media-type';
import { BodyError, readBody } from '@mandate/internal/read-body';
import { ConsoleError } from './console-error.js';

const LIMITS = { maxBytes: 64 * 1024, timeoutMs: 10_000 };
const INCOMPLETE =
  'The form did not arrive completely. The connection broke, or a body parser read the form before these pages did.';

/** The fields of a submitted form. */
export class Form {
  readonly #fields: URLSearchParams;

  constructor(fields: URLSearchParams) {
    this.#fields = fields;
  }

  /** The value of a field without surrounding white space; empty if the field is missing. */
  text(name: string): string {
    return this.#fields.get(name)?.trim() ?? '';
  }

  /** Every selected value of a field. */
  choices(name: string): readonly string[] {
    return this.#fields.getAll(name);
  }
}

/** @throws ConsoleError if the body is not a form, too large or too slow. */
export async function readForm(request: Request): Promise<Form> {
  const type = parseMediaType(request.headers.get('content-type') ?? '')?.type;
  if (type !== 'application/x-www-form-urlencoded') {
    throw new ConsoleError(415, 'A form must be sent as application/x-www-form-urlencoded.');
  }
  const text = await readBody(request.body, LIMITS).catch(toConsoleError);
  return new Form(new URLSearchParams(text));
}

/** Hosts report a broken connection and a body that was already read in the same way. */
function toConsoleError(error: unknown): never {
  const code = error instanceof BodyError ? error.code : 'incomplete';
  if (code === 'too_large') throw new ConsoleError(413, 'The form is too large.');
  if (code === 'too_slow') throw new ConsoleError(408, 'The form took too long to arrive.');
  throw new ConsoleError(400, INCOMPLETE);
}
