import { type OriginToken, readOriginTokens } from './origin-tokens.js';

/** One origin of a value and what is granted to it. */
export interface OriginGrant {
  /** Serialized: scheme, host and, unless it is the scheme's own, port. `'*'` for every origin. */
  readonly origin: string;
  /** As spelled: `namespace.method`, `namespace.*`, or `*`. */
  readonly operations: readonly string[];
}

/** Why a value cannot be read. */
export interface OriginSyntaxError {
  readonly message: string;
  /** Where in the text, counted in characters from 0. */
  readonly position: number;
}

export interface AcceptedOrigins {
  readonly grants: readonly OriginGrant[];
  /** Set if the text could not be read; then nothing is granted. */
  readonly error: OriginSyntaxError | undefined;
  /** Whether a page of that origin (`event.origin`) may call that operation. */
  allows(this: void, origin: string, operation: string): boolean;
}

export interface AcceptedOriginsOptions {
  /**
   * Operations that only their full name grants: neither `*`, nor `namespace.*`, nor an origin without
   * a list. `auth.getJwtToken` always is one. Default: no more.
   */
  readonly sensitiveOperations?: readonly string[] | undefined;
  /**
   * Whether `null`, the origin of sandboxed frames and local files, may be listed. Default `false`. All
   * such pages look alike, so sensitive operations cannot be granted to it even then.
   */
  readonly allowNullOrigin?: boolean | undefined;
}

/** Hands out the session's token: granted by its full name only (Genesys, Auth Namespace). */
const ALWAYS_SENSITIVE = 'auth.getJwtToken';

/**
 * Reads a value of the Genesys option `service-client-api.accepted-web-content-origins`:
 *
 * ```text
 * value     = "" | "*" | entry { "," entry }
 * entry     = origin [ "(" operation { "," operation } ")" ]
 * operation = "*" | namespace ".*" | namespace "." method
 * ```
 *
 * It never throws. A text that breaks these rules anywhere grants nothing at all: half of a list that
 * somebody mistyped is not what they meant.
 */
export function readAcceptedOrigins(
  text: string,
  options: AcceptedOriginsOptions = {},
): AcceptedOrigins {
  const sensitive = new Set([ALWAYS_SENSITIVE, ...(options.sensitiveOperations ?? [])]);
  const { grants, error } = tryParse(text, sensitive, options.allowNullOrigin === true);
  return {
    grants,
    error,
    allows: (origin, operation) =>
      grants.some(
        (grant) =>
          matchesOrigin(grant.origin, origin, options.allowNullOrigin === true) &&
          grantsOperation(grant.operations, operation, sensitive.has(operation)),
      ),
  };
}

function matchesOrigin(granted: string, origin: string, allowNull: boolean): boolean {
  if (origin === 'null' && !allowNull) return false;
  return granted === '*' ? origin !== '' : granted === origin;
}

function grantsOperation(granted: readonly string[], operation: string, exact: boolean): boolean {
  if (granted.includes(operation)) return operation.includes('.') && !operation.includes('*');
  if (exact) return false;
  const namespace = /^([^.]+)\.[^.]+$/.exec(operation)?.[1];
  return namespace !== undefined && (granted.includes('*') || granted.includes(`${namespace}.*`));
}

interface Parsed {
  readonly grants: readonly OriginGrant[];
  readonly error: OriginSyntaxError | undefined;
}

/** Not an exception: a fault in a configuration is an ordinary result here. */
class Fault {
  readonly message: string;
  readonly position: number;

  constructor(message: string, position: number) {
    this.message = message;
    this.position = position;
  }
}

function tryParse(text: string, sensitive: ReadonlySet<string>, allowNull: boolean): Parsed {
  try {
    const parser = new Parser(readOriginTokens(text), sensitive, allowNull);
    return { grants: parser.readValue(), error: undefined };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const { message, position } = fault;
    return { grants: [], error: { message, position } };
  }
}

const OPERATION = /^[A-Za-z_]\w*\.(?:\*|[A-Za-z_]\w*)$/;
const ORIGIN = /^https?:\/\/[^/?#@\\]+$/i;

class Parser {
  readonly #tokens: readonly OriginToken[];
  readonly #sensitive: ReadonlySet<string>;
  readonly #allowNull: boolean;
  #index = 0;

  constructor(tokens: readonly OriginToken[], sensitive: ReadonlySet<string>, allowNull: boolean) {
    this.#tokens = tokens;
    this.#sensitive = sensitive;
    this.#allowNull = allowNull;
  }

  readValue(): readonly OriginGrant[] {
    if (this.#is('end')) return [];
    if (this.#token.text === '*') {
      this.#advance();
      this.#expectEnd('"*" stands alone');
      return [{ origin: '*', operations: ['*'] }];
    }
    const grants = [this.#readEntry()];
    while (this.#is(',')) {
      this.#advance();
      grants.push(this.#readEntry());
    }
    this.#expectEnd('a comma is missing');
    return grants;
  }

  #readEntry(): OriginGrant {
    const origin = this.#readOrigin();
    const operations = this.#is('(') ? this.#readOperations(origin) : ['*'];
    return { origin, operations };
  }

  #readOrigin(): string {
    const { text, position } = this.#expectWord('an origin is missing');
    if (text === 'null') {
      if (this.#allowNull) return text;
      throw new Fault('the origin "null" is not accepted', position);
    }
    const origin = ORIGIN.test(text) ? readSerializedOrigin(text) : undefined;
    if (origin !== undefined) return origin;
    throw new Fault('this is no origin: scheme://host or scheme://host:port', position);
  }

  #readOperations(origin: string): readonly string[] {
    this.#advance();
    const operations = [this.#readOperation(origin)];
    while (this.#is(',')) {
      this.#advance();
      operations.push(this.#readOperation(origin));
    }
    if (!this.#is(')')) throw new Fault('")" is missing', this.#token.position);
    this.#advance();
    return operations;
  }

  #readOperation(origin: string): string {
    const { text, position } = this.#expectWord('an operation is missing');
    if (text !== '*' && !OPERATION.test(text)) {
      throw new Fault('this is no operation: *, namespace.* or namespace.method', position);
    }
    if (origin === 'null' && this.#sensitive.has(text)) {
      throw new Fault('a sensitive operation cannot be granted to "null"', position);
    }
    return text;
  }

  get #token(): OriginToken {
    // The last token is the end, which nothing advances past.
    return this.#tokens[this.#index] as OriginToken;
  }

  #is(kind: OriginToken['kind']): boolean {
    return this.#token.kind === kind;
  }

  #advance(): void {
    this.#index++;
  }

  #expectWord(message: string): OriginToken {
    const token = this.#token;
    if (token.kind !== 'word') throw new Fault(message, token.position);
    this.#advance();
    return token;
  }

  #expectEnd(message: string): void {
    if (!this.#is('end')) throw new Fault(message, this.#token.position);
  }
}

/** The origin as browsers write it: small letters, no port of the scheme's own. */
function readSerializedOrigin(text: string): string | undefined {
  try {
    const { origin, hostname } = new URL(text);
    // Browsers take a pattern for a host name; nothing here matches patterns, so it would be a lie.
    return hostname.includes('*') ? undefined : origin;
  } catch {
    return undefined;
  }
}
