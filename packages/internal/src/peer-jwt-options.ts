import { createPublicKey } from 'node:crypto';
import { checkOptions } from './check-options.js';

/** The options that middleware on jsonwebtoken has for the tokens themselves. */
export interface PeerJwtOptions<KeySet = unknown> {
  /**
   * A shared secret, as text or bytes; a public key or a certificate as PEM text; or a key set of `@mandate/core/jwt`,
   * which also replaces the function of jwks-rsa: `createKeySet({ issuer })`.
   */
  readonly secret: string | Uint8Array | KeySet;
  /** The accepted algorithms. A shared secret has exactly one. `none` is refused. */
  readonly algorithms: readonly string[];
  /** The accepted `iss`. Default: any, as before. Name it: a secret or key set may have several issuers. */
  readonly issuer?: string | readonly string[] | undefined;
  /** The accepted `aud`. Default: any, as before. Name it: otherwise a token for another API is accepted. */
  readonly audience?: string | readonly string[] | undefined;
  /** Seconds by which clocks may differ. Default 0, as before. */
  readonly clockTolerance?: number | undefined;
  /** Seconds after `iat` from which a token is rejected. Default: no limit. A text such as `'2h'` is refused. */
  readonly maxAge?: number | undefined;
}

/** The same as options of an issuer. One of `secret`, `jwk` and `keys` is there. */
export interface PeerIssuer<KeySet> {
  readonly issuer: string | readonly string[] | null;
  readonly audience: string | readonly string[] | null;
  readonly clockToleranceSeconds: number;
  readonly maxTokenAgeSeconds: number | undefined;
  readonly secret?: Uint8Array;
  readonly algorithm?: 'HS256' | 'HS384' | 'HS512';
  readonly jwk?: { readonly kty: string };
  readonly keys?: KeySet;
  readonly algorithms?: readonly string[];
}

/**
 * @param owner the beginning of error messages.
 * @param own the names of the middleware's other options.
 * @throws TypeError if an option is unknown, or does not fit the others. The message quotes nothing of the secret.
 */
export function parsePeerOptions<KeySet>(
  owner: string,
  options: PeerJwtOptions<KeySet>,
  own: readonly string[],
): PeerIssuer<KeySet> {
  for (const [name, instead] of Object.entries(REFUSED)) {
    if (Object.hasOwn(options ?? {}, name))
      throw new TypeError(`${owner}: ${name} is refused: ${instead}`);
  }
  const known = ['secret', 'algorithms', 'issuer', 'audience', 'clockTolerance', 'maxAge', ...own];
  const table = Object.fromEntries(known.map((name) => [name, true]));
  checkOptions<object>(owner, options, table);
  const { secret, algorithms, issuer = null, audience = null } = options;
  return {
    issuer,
    audience,
    clockToleranceSeconds: options.clockTolerance ?? 0,
    maxTokenAgeSeconds: options.maxAge,
    ...parseSecret<KeySet>(owner, secret, checkAlgorithms(owner, algorithms)),
  };
}

const REFRESH = 'an expired token is never accepted; let the client refresh it';
const REFUSE_CLAIMS = 'use refuseClaims of an issuer of createJwtVerifier';

/** The options of these libraries that have no counterpart in a drop-in entry, and what to do. */
const REFUSED: Readonly<Record<string, string>> = {
  ignoreExpiration: REFRESH,
  onExpired: REFRESH,
  ignoreNotBefore: 'a token is never accepted before its time',
  subject: REFUSE_CLAIMS,
  jwtid: REFUSE_CLAIMS,
  nonce: REFUSE_CLAIMS,
  clockTimestamp: 'use now of createJwtVerifier',
  complete: 'getRawToken of @mandate/core/raw-token has the header',
  debug: 'callers never get a reason; onDecision of a guard has it',
};

function checkAlgorithms(owner: string, algorithms: unknown): readonly string[] {
  const isList = Array.isArray(algorithms) && algorithms.length > 0;
  if (isList && algorithms.every((name) => typeof name === 'string' && name !== 'none')) {
    return algorithms;
  }
  throw new TypeError(`${owner}: algorithms must be a list such as ['RS256'], without none`);
}

type Verifying<KeySet> = Pick<
  PeerIssuer<KeySet>,
  'secret' | 'algorithm' | 'jwk' | 'keys' | 'algorithms'
>;

function parseSecret<KeySet>(
  owner: string,
  secret: unknown,
  algorithms: readonly string[],
): Verifying<KeySet> {
  if (typeof secret === 'function') {
    throw new TypeError(
      `${owner}: secret is a function; give a key set: createKeySet({ issuer }) or createKeySet({ url })`,
    );
  }
  if (typeof (secret as { isCurrent?: unknown } | null)?.isCurrent === 'function') {
    return { keys: secret as KeySet, algorithms };
  }
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw new TypeError(`${owner}: secret must be text, bytes or a key set`);
  }
  const text = Buffer.from(secret).toString().trim();
  // A public key is never a secret, whatever the algorithms say (RFC 8725 §2.1).
  return text.startsWith('-----BEGIN ')
    ? { jwk: toJwk(owner, text), algorithms }
    : toShared(owner, Buffer.from(secret), algorithms);
}

function toJwk(owner: string, pem: string): { readonly kty: string } {
  if (pem.includes('PRIVATE KEY')) throw new TypeError(`${owner}: secret is a private key`);
  try {
    return createPublicKey(pem).export({ format: 'jwk' }) as { readonly kty: string };
  } catch {
    throw new TypeError(`${owner}: secret begins like PEM, but has no public key`);
  }
}

function toShared<KeySet>(
  owner: string,
  secret: Uint8Array,
  [algorithm, ...others]: readonly string[],
): Verifying<KeySet> {
  if (others.length === 0 && /^HS(?:256|384|512)$/.test(algorithm ?? '')) {
    return { secret, algorithm: algorithm as 'HS256' };
  }
  throw new TypeError(
    `${owner}: a shared secret verifies exactly one of HS256, HS384 and HS512; public keys are PEM text`,
  );
}
