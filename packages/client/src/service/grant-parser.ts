import type { Lexeme } from './split-lexemes.js';

/** One origin of a value, and what it is granted. */
export interface OriginGrant {
  /**
   * Serialized: scheme, host and, unless it is the scheme's default, port. `'*'` stands for every
   * origin.
   */
  readonly origin: string;
  /** As written: `namespace.method`, `namespace.*`, or `*`. */
  readonly operations: readonly string[];
}

/** An entry that grants nothing, because a page of its origin could never call. */
export interface SkippedOrigin {
  /** As written, such as `chrome-extension://abc`. */
  readonly origin: string;
  /** The place in the text, in characters from 0. */
  readonly position: number;
}

/**
 * A syntax error. It does not extend Error, because an invalid configuration is an ordinary result
 * here.
 */
export class SyntaxFault {
  readonly message: string;
  readonly position: number;

  constructor(message: string, position: number) {
    this.message = message;
    this.position = position;
  }
}

const OPERATION = /^[A-Za-z_]\w*\.(?:\*|[A-Za-z_]\w*)$/;

/** Of any scheme (RFC 3986 §3.1), such as that of a browser extension or an app. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#@\\]+$/i;

export class GrantParser {
  readonly #tokens: readonly Lexeme[];
  readonly #sensitive: ReadonlySet<string>;
  readonly #allowNull: boolean;
  readonly skipped: SkippedOrigin[] = [];
  #index = 0;

  constructor(tokens: readonly Lexeme[], sensitive: ReadonlySet<string>, allowNull: boolean) {
    this.#tokens = tokens;
    this.#sensitive = sensitive;
    this.#allowNull = allowNull;
  }

  parseValue(): readonly OriginGrant[] {
    if (this.#is('end')) return [];
    if (this.#token.text === '*') {
      this.#advance();
      this.#expectEnd('"*" must stand alone');
      return [{ origin: '*', operations: ['*'] }];
    }
    const grants = [...this.#parseEntry()];
    while (this.#is(',')) {
      this.#advance();
      grants.push(...this.#parseEntry());
    }
    this.#expectEnd('expected a comma');
    return grants;
  }

  /** No grant if the entry is skipped. Its operations are checked nevertheless. */
  #parseEntry(): readonly OriginGrant[] {
    const origin = this.#parseOrigin();
    const operations = this.#is('(') ? this.#parseOperations(origin) : ['*'];
    return origin === undefined ? [] : [{ origin, operations }];
  }

  #parseOrigin(): string | undefined {
    const { text, position } = this.#expectWord('expected an origin');
    if (text === 'null') {
      if (this.#allowNull) return text;
      throw new SyntaxFault('the origin "null" is not accepted', position);
    }
    const origin = ORIGIN.test(text) ? toSerializedOrigin(text) : undefined;
    if (origin === undefined) {
      throw new SyntaxFault('invalid origin; use scheme://host or scheme://host:port', position);
    }
    if (/^https?:/i.test(text)) return origin;
    this.skipped.push({ origin: text, position });
    return undefined;
  }

  #parseOperations(origin: string | undefined): readonly string[] {
    this.#advance();
    const operations = [this.#parseOperation(origin)];
    while (this.#is(',')) {
      this.#advance();
      operations.push(this.#parseOperation(origin));
    }
    if (!this.#is(')')) throw new SyntaxFault('expected ")"', this.#token.position);
    this.#advance();
    return operations;
  }

  #parseOperation(origin: string | undefined): string {
    const { text, position } = this.#expectWord('expected an operation');
    if (text !== '*' && !OPERATION.test(text)) {
      throw new SyntaxFault('invalid operation; use *, namespace.* or namespace.method', position);
    }
    if (origin === 'null' && this.#sensitive.has(text)) {
      throw new SyntaxFault('a sensitive operation cannot be granted to "null"', position);
    }
    return text;
  }

  get #token(): Lexeme {
    // The parser never advances past the last lexeme, which is the end.
    return this.#tokens[this.#index] as Lexeme;
  }

  #is(kind: Lexeme['kind']): boolean {
    return this.#token.kind === kind;
  }

  #advance(): void {
    this.#index++;
  }

  #expectWord(message: string): Lexeme {
    const token = this.#token;
    if (token.kind !== 'word') throw new SyntaxFault(message, token.position);
    this.#advance();
    return token;
  }

  #expectEnd(message: string): void {
    if (!this.#is('end')) throw new SyntaxFault(message, this.#token.position);
  }
}

/** The origin as browsers write it: in lower case, without the scheme's default port. */
function toSerializedOrigin(text: string): string | undefined {
  try {
    const { origin, hostname } = new URL(text);
    // `URL` accepts `*` in a host name. Origins are compared exactly, so a pattern would never
    // match.
    return hostname.includes('*') ? undefined : origin;
  } catch {
    return undefined;
  }
}
