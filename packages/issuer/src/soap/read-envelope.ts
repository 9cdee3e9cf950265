import sax from 'sax';
import { AUTHORIZATION, SOAP_ENVELOPE } from './namespaces.js';
import { SoapError } from './soap-fault.js';

interface OpenTag {
  readonly uri: string;
  readonly local: string;
}

/** Where the parser is: an envelope, its body, the operation, a field. */
type Path = readonly OpenTag[];

/** Otherwise it knows the entities of HTML, too, which nobody else who reads XML does. */
const OPTIONS = { xmlns: true, strictEntities: true };

/**
 * Reads the fields of the `Authorize` element in the body of a SOAP 1.1 envelope, as text.
 *
 * A document type is refused, and with it every entity but XML's own five: nothing is fetched, and
 * nothing grows. A header that must be understood is refused, because none is.
 *
 * @throws SoapError if it is no such envelope.
 */
export function readEnvelope(xml: string): Readonly<Record<string, unknown>> {
  const reader = new EnvelopeReader();
  const parser = sax.parser(true, OPTIONS);
  parser.onopentag = (tag) => reader.open(tag as sax.QualifiedTag);
  parser.ontext = (text) => reader.text(text);
  parser.oncdata = (text) => reader.text(text);
  parser.onclosetag = () => reader.close();
  parser.ondoctype = () => {
    throw new SoapError('Client', 'a document type is not allowed');
  };
  parser.onerror = () => {
    throw new SoapError('Client', 'the message is no well-formed XML');
  };
  parser.write(xml).close();
  return reader.finish();
}

class EnvelopeReader {
  /** No prototype: a field named like something every object has is not one. */
  readonly #fields: Record<string, unknown> = Object.create(null);
  readonly #path: OpenTag[] = [];
  #operations = 0;
  #text = '';

  open({ uri, local, attributes }: sax.QualifiedTag): void {
    this.#path.push({ uri, local });
    const path = this.#path;
    if (path.length === 1) checkEnvelope({ uri, local });
    if (path.length === 3 && isSoap(path, 1, 'Header')) checkHeader(attributes);
    if (path.length === 3 && isSoap(path, 1, 'Body')) {
      if (uri !== AUTHORIZATION || local !== 'Authorize') {
        throw new SoapError('Client', 'the only operation is Authorize');
      }
      this.#operations++;
    }
    if (path.length === 4 && isSoap(path, 1, 'Body') && uri !== AUTHORIZATION && uri !== '') {
      // Whoever reads along by namespace would take it for something else.
      throw new SoapError('Client', 'a field of Authorize is of another namespace');
    }
    if (path.length > 4 && isSoap(path, 1, 'Body')) {
      throw new SoapError('Client', 'the fields of Authorize hold text only');
    }
    this.#text = '';
  }

  text(text: string): void {
    this.#text += text;
  }

  close(): void {
    const field = this.#path.length === 4 && isSoap(this.#path, 1, 'Body') && this.#path[3];
    if (field) {
      if (field.local in this.#fields) {
        throw new SoapError('Client', 'a field of Authorize is there twice');
      }
      // White space may belong to a password; alone it is how an empty field is indented.
      this.#fields[field.local] = this.#text.trim() === '' ? '' : this.#text;
    }
    this.#path.pop();
    this.#text = '';
  }

  finish(): Readonly<Record<string, unknown>> {
    if (this.#operations !== 1) throw new SoapError('Client', 'the body holds no one Authorize');
    return { ...this.#fields };
  }
}

function isSoap(path: Path, depth: number, local: string): boolean {
  return path[depth]?.uri === SOAP_ENVELOPE && path[depth]?.local === local;
}

function checkEnvelope({ uri, local }: OpenTag): void {
  if (local !== 'Envelope') throw new SoapError('Client', 'the message is no SOAP envelope');
  if (uri !== SOAP_ENVELOPE) throw new SoapError('VersionMismatch', 'only SOAP 1.1 is understood');
}

function checkHeader(attributes: sax.QualifiedTag['attributes']): void {
  const isRequired = Object.values(attributes).some(
    ({ uri, local, value }) => uri === SOAP_ENVELOPE && local === 'mustUnderstand' && value !== '0',
  );
  if (isRequired) throw new SoapError('MustUnderstand', 'no header is understood');
}
