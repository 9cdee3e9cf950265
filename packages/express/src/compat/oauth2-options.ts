import { createKeySet, createLocalKeySet, type JsonWebKeyLike } from '@mandate/core/jwt';
import { checkOptions } from '@mandate/internal/check-options';
import { parsePeerOptions } from '@mandate/internal/peer-jwt-options';

/** The options of express-oauth2-jwt-bearer that have a counterpart. They are not read from the environment. */
export interface AuthOptions {
  /** The issuer, with or without a slash at its end. Its metadata names the keys. */
  readonly issuerBaseURL?: string | undefined;
  /** The `iss` of the tokens, exactly, instead of `issuerBaseURL`. */
  readonly issuer?: string | undefined;
  /** Where the `issuer` publishes its keys. Default: its metadata says so. */
  readonly jwksUri?: string | undefined;
  /** The `aud` of this API; a list holds alternatives. */
  readonly audience: string | readonly string[];
  /** A shared secret, with `issuer` and `tokenSigningAlg`. At least as many bytes as the hash of the algorithm. */
  readonly secret?: string | undefined;
  /** A public key, as PEM text, a JWK or a key set, with `issuer`. PEM text needs `tokenSigningAlg`. */
  readonly publicKey?:
    | string
    | JsonWebKeyLike
    | { readonly keys: readonly JsonWebKeyLike[] }
    | undefined;
  /** The algorithm of the tokens. Default `RS256`; with a `publicKey` that is a JWK, those that fit it. */
  readonly tokenSigningAlg?: string | undefined;
  /** RFC 9068 §4 in full. Default `false`. */
  readonly strict?: boolean | undefined;
  /** Seconds by which clocks may differ. Default 5. */
  readonly clockTolerance?: number | undefined;
  /** Seconds after `iat` from which a token is rejected. Default: no limit. */
  readonly maxTokenAge?: number | undefined;
  /** Whether a request must have a token. Default `true`. */
  readonly authRequired?: boolean | undefined;
}

/** @throws TypeError if an option is unknown, or does not fit the others. */
export function toIssuers(options: AuthOptions): readonly object[] {
  checkOptions<AuthOptions>('auth', options, {
    issuerBaseURL: true,
    issuer: true,
    jwksUri: true,
    audience: true,
    secret: true,
    publicKey: true,
    tokenSigningAlg: true,
    strict: true,
    clockTolerance: true,
    maxTokenAge: true,
    authRequired: true,
  });
  const { issuer, issuerBaseURL, audience, strict, maxTokenAge } = options;
  const rules = {
    audience,
    strict,
    maxTokenAgeSeconds: maxTokenAge,
    clockToleranceSeconds: options.clockTolerance,
    // The SDK reads no other claim.
    scopes: ({ scope }: { readonly scope?: unknown }) =>
      typeof scope === 'string' ? scope.split(' ') : (scope ?? []),
  };
  if (issuer !== undefined) return [{ ...rules, issuer, ...toKeys(options) }];
  if (issuerBaseURL === undefined) throw new TypeError('auth: issuerBaseURL or issuer is required');
  const name = issuerBaseURL.replace(/\/$/, '');
  // Tokens have one of both; the metadata must have the same.
  return [name, `${name}/`].map((one) => ({ ...rules, issuer: one, ...toKeys(options) }));
}

function toKeys({ issuer, jwksUri, secret, publicKey, tokenSigningAlg }: AuthOptions): object {
  const algorithms = tokenSigningAlg === undefined ? undefined : [tokenSigningAlg];
  if (secret !== undefined || typeof publicKey === 'string') {
    if (issuer === undefined) throw new TypeError('auth: secret and publicKey need issuer');
    const key = (secret ?? publicKey) as string;
    const { jwk, ...parsed } = parsePeerOptions(
      'auth',
      { secret: key, algorithms: algorithms ?? [] },
      [],
    );
    return {
      ...(jwk === undefined ? { secret: parsed.secret, algorithm: parsed.algorithm } : {}),
      ...(jwk === undefined ? {} : { keys: createLocalKeySet(jwk), algorithms }),
    };
  }
  if (publicKey !== undefined)
    return { keys: createLocalKeySet(publicKey as JsonWebKeyLike), algorithms };
  const published = { algorithms: algorithms ?? ['RS256'] };
  return jwksUri === undefined ? published : { ...published, keys: createKeySet({ url: jwksUri }) };
}
