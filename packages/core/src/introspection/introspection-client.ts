import * as oauth from 'oauth4webapi';

/** How this API authenticates to the introspection endpoint. */
export interface IntrospectionClient {
  /** The `client_id` of this API at the authorization server. */
  readonly id: string;
  /** Its client secret. */
  readonly secret?: string | undefined;
  /**
   * How the secret is sent: `'basic'` (default) in the `Authorization` header, encoded as RFC 6749 §2.3.1
   * requires; `'post'` in the body.
   */
  readonly secretIn?: 'basic' | 'post' | undefined;
  /** A private key instead of a secret: `private_key_jwt` (RFC 7523 §2.2). */
  readonly privateKey?: CryptoKey | undefined;
  /** The `kid` of the private key, where the server needs it. */
  readonly kid?: string | undefined;
}

/**
 * Converts the client to the authentication of requests.
 * @throws TypeError if the client has no id, or cannot authenticate in exactly one way.
 * @internal because published types must not name a package that is an ES module only.
 */
export function toClientAuth(client: IntrospectionClient): oauth.ClientAuth {
  const { id, secret, secretIn = 'basic', privateKey, kid } = client;
  if (typeof id !== 'string' || id === '') {
    throw new TypeError('createIntrospectionVerifier: client.id must be a non-empty string');
  }
  if ((secret === undefined) === (privateKey === undefined)) {
    throw new TypeError('createIntrospectionVerifier: client needs either secret or privateKey');
  }
  if (privateKey !== undefined) return toKeyAuth(privateKey, kid);
  if (typeof secret !== 'string' || secret === '') {
    throw new TypeError('createIntrospectionVerifier: client.secret must be a non-empty string');
  }
  if (secretIn === 'basic') return oauth.ClientSecretBasic(secret);
  if (secretIn === 'post') return oauth.ClientSecretPost(secret);
  throw new TypeError("createIntrospectionVerifier: client.secretIn must be 'basic' or 'post'");
}

function toKeyAuth(key: CryptoKey, kid: string | undefined): oauth.ClientAuth {
  if (key.type !== 'private') {
    throw new TypeError(
      'createIntrospectionVerifier: client.privateKey must be a private CryptoKey',
    );
  }
  return oauth.PrivateKeyJwt(kid === undefined ? key : { key, kid });
}
