import sax from 'sax';
import { AUTHORIZATION, SOAP_ENVELOPE } from './namespaces.js';
import { createVersionMismatch, SoapError } from './soap-fault.js';

interface OpenTag {
  readonly uri: string;
  readonly local: string;
}

/** The open elements: envelope, body, operation, field. */
type Path = readonly OpenTag[];

/** By default sax also replaces the entities of HTML, which are undefined in XML. */
const OPTIONS = { xmlns: true, strictEntities: true };

/**
 * Parses the text fields of the `Authorize` element in the body of a SOAP 1.1 envelope.
 *
 * A document type is rejected, and so is every entity except XML's own five: the parser fetches
 * nothing and expands nothing. A header with `mustUnderstand` is rejected if it is addressed to this
 * service, because no header is supported. Headers for another actor are ignored (SOAP 1.1 §4.2.2).
 *
 * @param url the address of this service, by which a header may name it.
 * @throws SoapError if the message is not such an envelope.
 */
export function parseEnvelope(xml: string, url: string): Readonly<Record<string, unknown>> {
  const reader = new EnvelopeParser(url);
  const parser = sax.parser(true, OPTIONS);
  parser.onopentag = (tag) => reader.open(tag as sax.QualifiedTag);
  parser.ontext = (text) => reader.text(text);
  parser.oncdata = (text) => reader.text(text);
  parser.onclosetag = () => reader.close();
  parser.ondoctype = () => {
    throw new SoapError('Client', 'a document type is not allowed');
  };
  parser.onerror = () => {
    throw new SoapError('Client', 'the message is not well-formed XML');
  };
  parser.write(xml).close();
  return reader.finish();
}

class EnvelopeParser {
  /** Without a prototype, because a field may have the name of an inherited member. */
  readonly #fields: Record<string, unknown> = Object.create(null);
  readonly #path: OpenTag[] = [];
  readonly #url: string;
  #operations = 0;
  #text = '';

  constructor(url: string) {
    this.#url = url;
  }

  open({ uri, local, attributes }: sax.QualifiedTag): void {
    this.#path.push({ uri, local });
    const path = this.#path;
    if (path.length === 1) checkEnvelope({ uri, local });
    if (path.length === 3 && isSoap(path, 1, 'Header')) checkHeader(attributes, this.#url);
    if (path.length === 3 && isSoap(path, 1, 'Body')) {
      if (uri !== AUTHORIZATION || local !== 'Authorize') {
        throw new SoapError('Client', 'unknown operation; the only one is Authorize');
      }
      this.#operations++;
    }
    if (path.length === 4 && isSoap(path, 1, 'Body') && uri !== AUTHORIZATION && uri !== '') {
      // A reader that respects namespaces would take it for another field.
      throw new SoapError('Client', 'a field of Authorize has another namespace');
    }
    if (path.length > 4 && isSoap(path, 1, 'Body')) {
      throw new SoapError('Client', 'a field of Authorize must contain only text');
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
        throw new SoapError('Client', 'a field of Authorize appears twice');
      }
      // White space may belong to a password. Alone, it is the indentation of an empty field.
      this.#fields[field.local] = this.#text.trim() === '' ? '' : this.#text;
    }
    this.#path.pop();
    this.#text = '';
  }

  finish(): Readonly<Record<string, unknown>> {
    if (this.#operations !== 1)
      throw new SoapError('Client', 'the body must contain exactly one Authorize');
    return { ...this.#fields };
  }
}

function isSoap(path: Path, depth: number, local: string): boolean {
  return path[depth]?.uri === SOAP_ENVELOPE && path[depth]?.local === local;
}

function checkEnvelope({ uri, local }: OpenTag): void {
  if (local !== 'Envelope') throw new SoapError('Client', 'the message is not a SOAP envelope');
  if (uri !== SOAP_ENVELOPE) throw createVersionMismatch();
}

/** SOAP 1.1 §4.2.2: the first one who processes the message. */
const NEXT_ACTOR = 'http://schemas.xmlsoap.org/soap/actor/next';

function checkHeader(attributes: sax.QualifiedTag['attributes'], url: string): void {
  const get = (name: string): string =>
    Object.values(attributes)
      .find(({ uri, local }) => uri === SOAP_ENVELOPE && local === name)
      ?.value.trim() ?? '';
  // Without an actor, a header is for the recipient of the body.
  const isForUs = ['', NEXT_ACTOR, url].includes(get('actor'));
  const isRequired = !['', '0', 'false'].includes(get('mustUnderstand'));
  if (isForUs && isRequired) throw new SoapError('MustUnderstand', 'no header is supported');
}
