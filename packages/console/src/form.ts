import { parseMediaType } from '@mandate/internal/media-type';
import { ConsoleError } from './console-error.js';

const MAX_BODY_BYTES = 64 * 1024;
/** Hosts tell both in the same way. */
const BROKE_OFF =
  'The form did not arrive in full: the connection broke, or a body parser before these pages has read it.';

/** What a form was filled in with. */
export class Form {
  readonly #fields: URLSearchParams;

  constructor(fields: URLSearchParams) {
    this.#fields = fields;
  }

  /** What was typed, without the white space around it; empty if there is no such field. */
  text(name: string): string {
    return this.#fields.get(name)?.trim() ?? '';
  }

  /** Every choice that was ticked. */
  choices(name: string): readonly string[] {
    return this.#fields.getAll(name);
  }
}

/** @throws ConsoleError if the body is too large, or of no form. */
export async function readForm(request: Request): Promise<Form> {
  const type = parseMediaType(request.headers.get('content-type') ?? '')?.type;
  if (type !== 'application/x-www-form-urlencoded') {
    throw new ConsoleError(415, 'This is not how the forms of these pages are sent.');
  }
  return new Form(new URLSearchParams(await readText(request)));
}

/** Reads the body, up to its limit. A sender that leaves in the middle causes a 400, not a fault. */
async function readText({ body }: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    const reader = body?.getReader();
    for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
      bytes += chunk.value.byteLength;
      if (bytes > MAX_BODY_BYTES) {
        // Not awaited: how long cancelling takes is up to the sender and the host.
        reader?.cancel().catch(() => {});
        throw new ConsoleError(413, 'That is more than a form can hold.');
      }
      text += decoder.decode(chunk.value, { stream: true });
    }
  } catch (error) {
    throw ConsoleError.from(error) ?? new ConsoleError(400, BROKE_OFF);
  }
  return text + decoder.decode();
}
