/** The claims of a token (RFC 7519 §4). The JSON types of registered claims are checked. */
export interface Claims {
  /** {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.1 Issuer} */
  readonly iss?: string;
  /** {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.2 Subject} */
  readonly sub?: string;
  /** {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3 Audience} */
  readonly aud?: string | readonly string[];
  /** {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 Expiration time}, Unix seconds */
  readonly exp?: number;
  /** {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5 Not before}, Unix seconds */
  readonly nbf?: number;
  /** {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.6 Issued at}, Unix seconds */
  readonly iat?: number;
  /** {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.7 Token id} */
  readonly jti?: string;
  /** {@link https://www.rfc-editor.org/rfc/rfc8693#section-4.3 Client} */
  readonly client_id?: string;
  readonly [claim: string]: unknown;
}

/** The claims of a token that has none, such as an issued token: reading any of them gives `undefined`. */
export type NoClaims = Claims & { readonly [claim: string]: undefined };

/** The value of a claim: any JSON value, or `undefined` if the token does not have the claim. */
export type ClaimValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly ClaimValue[]
  | { readonly [member: string]: ClaimValue };

/** The claims of a JWT: {@link Claims} that were parsed from JSON. */
export type JwtClaims = Claims & { readonly [claim: string]: ClaimValue };

/** Returns a claim. Inherited properties, such as `constructor`, are not claims. */
export function getClaim(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
