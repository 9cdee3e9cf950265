import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { parseJwt, type UnverifiedJwt } from './jws/parse-jwt.js';

/** Where to find the token, and how long it may be. */
export interface CredentialsOptions {
  /**
   * The longest token that is accepted, in characters. Default 15360: a token that lists 200 groups
   * has about 11,000, and Node.js limits all headers of a request to 16 KiB. A longer token is refused
   * with `credentials_malformed` before anything parses it.
   */
  readonly maxTokenLength?: number | undefined;
  /**
   * Another place to find the token, such as a cookie or a query parameter. Default: none, because
   * RFC 6750 §2.1 is the only way that does not leak tokens into logs or invite CSRF. A request that
   * has a token in both places is refused with `credentials_malformed`.
   */
  readonly readToken?: ((request: AuthRequest) => string | undefined) | undefined;
}

const MAX_TOKEN_LENGTH = 15 * 1024;

/** {@link CredentialsOptions} made ready. */
export interface CredentialsRules {
  readonly maxTokenLength: number;
  readonly readToken: CredentialsOptions['readToken'];
}

/** @throws TypeError if `maxTokenLength` is not a positive integer: no token is longer than `NaN`. */
export function compileCredentials(options: CredentialsOptions): CredentialsRules {
  const { maxTokenLength = MAX_TOKEN_LENGTH, readToken } = options;
  if (!Number.isSafeInteger(maxTokenLength) || maxTokenLength <= 0) {
    throw new TypeError('createGuard: maxTokenLength must be a positive number of characters');
  }
  return { maxTokenLength, readToken };
}

/** A request and when it came, as the guard sees them. */
export interface Arrival {
  readonly request: AuthRequest;
  readonly nowMs: number;
}

/** One bearer token and the request it came with. Nothing about it has been verified. */
export class Credentials {
  /**
   * What the token is the end of, to the letter as it came: usually the `Authorization` header, or the
   * token alone where more than one space stood before it. Equal fields hold equal tokens; comparing
   * them costs a sixth of comparing what was cut out of them.
   */
  readonly field: string;
  readonly #start: number;
  readonly #arrival: Arrival;
  #checked = false;
  #jwt: UnverifiedJwt | null | undefined;

  constructor(field: string, start: number, arrival: Arrival) {
    this.field = field;
    this.#start = start;
    this.#arrival = arrival;
  }

  get request(): AuthRequest {
    return this.#arrival.request;
  }

  /** The guard's clock in Unix milliseconds, read once for a request: a second reading costs time. */
  get nowMs(): number {
    return this.#arrival.nowMs;
  }

  /**
   * The token before its characters were looked at. For comparing with tokens that were verified
   * earlier, and for nothing else: {@link token} is the one to use.
   */
  get uncheckedToken(): string {
    return this.field.slice(this.#start);
  }

  /**
   * The token: `b64token` of RFC 6750 §2.1.
   * @throws AuthError `credentials_malformed` if it holds any other character.
   */
  get token(): string {
    if (!this.#checked) {
      checkTokenCharacters(this.uncheckedToken);
      this.#checked = true;
    }
    return this.uncheckedToken;
  }

  /** What the token says if it is a JWT, parsed once; `undefined` if it is not a well-formed JWT. */
  get jwt(): UnverifiedJwt | undefined {
    if (this.#jwt === undefined) {
      const jwt = parseJwt(this.uncheckedToken);
      // A JWT holds no forbidden character; what is none may hold any.
      if (jwt === undefined) checkTokenCharacters(this.uncheckedToken);
      this.#checked = true;
      this.#jwt = jwt ?? null;
    }
    return this.#jwt ?? undefined;
  }
}

/**
 * Reads the one bearer token of a request (RFC 6750 §2.1).
 * @throws AuthError `credentials_missing` if there is none; `credentials_malformed` if there is more
 * than one, or it is empty or longer than `maxTokenLength`.
 */
export function readCredentials(arrival: Arrival, rules: CredentialsRules): Credentials {
  const { request } = arrival;
  const header = request.header('authorization');
  const start = header === undefined ? undefined : findBearerToken(header);
  const fromElsewhere = rules.readToken?.(request) ?? undefined;
  if (header !== undefined && start !== undefined) {
    if (fromElsewhere === undefined) {
      // However many spaces there are, it is one field: else one token could fill whatever remembers them.
      checkLength(header.length - start, rules);
      return start === BEARER_LENGTH
        ? new Credentials(header, start, arrival)
        : new Credentials(header.slice(start), 0, arrival);
    }
    throw new AuthError('credentials_malformed', 'the request has a token in two places');
  }
  if (fromElsewhere === undefined) throw new AuthError('credentials_missing', 'no bearer token');
  // A parsed query or cookie may be anything; and a remembered field, scheme and all, is no token.
  if (typeof fromElsewhere !== 'string' || fromElsewhere.includes(' ')) {
    throw new AuthError('credentials_malformed', 'what was read elsewhere is no token');
  }
  checkLength(fromElsewhere.length, rules);
  return new Credentials(fromElsewhere, 0, arrival);
}

function checkLength(length: number, rules: CredentialsRules): void {
  if (length > rules.maxTokenLength) {
    const limit = `at most ${rules.maxTokenLength} are allowed (maxTokenLength)`;
    throw new AuthError('credentials_malformed', `the token has ${length} characters; ${limit}`);
  }
  if (length <= 0) throw new AuthError('credentials_malformed', 'the token is empty');
}

/** Of `Bearer` and one space. */
const BEARER_LENGTH = 7;

/** Where the token of a `Bearer` header value starts; `undefined` for another scheme. */
function findBearerToken(header: string): number | undefined {
  if (header.startsWith('Bearer ') || /^bearer(?: |$)/i.test(header)) {
    let start = BEARER_LENGTH;
    while (header.charCodeAt(start) === 0x20) start++;
    return start;
  }
  // Two field lines arrive joined by a comma: a second one must not hide behind another scheme.
  if (/^bearer|,\s*bearer\s/i.test(header)) {
    throw new AuthError('credentials_malformed', 'the Authorization header is malformed');
  }
  return undefined;
}

/** 1 for the characters of `b64token` (RFC 6750 §2.1) before its closing `=`. */
const TOKEN_CHARACTERS = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/') {
  TOKEN_CHARACTERS[c.charCodeAt(0)] = 1;
}

function checkTokenCharacters(token: string): void {
  let end = token.length;
  while (end > 0 && token.charCodeAt(end - 1) === 0x3d) end--;
  let valid = end > 0;
  for (let i = 0; i < end; i++) {
    // Past the table's end the look-up is undefined, which is not 1 either.
    if (TOKEN_CHARACTERS[token.charCodeAt(i)] !== 1) valid = false;
  }
  if (!valid) throw new AuthError('credentials_malformed', 'the token holds a forbidden character');
}
