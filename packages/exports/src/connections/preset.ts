import type { ClientAuthentication } from '../model/connection-settings.js';
import type { ProviderFailureCode } from './provider-failure.js';

/** `error` in lower case with `_` between words, a pattern of its description in lower case, and what it means. */
export type ProviderErrorRow = readonly [string, RegExp, ProviderFailureCode];

/** What a preset knows about its provider. */
export interface Preset {
  /** The defaults of the endpoints; `undefined` if each customer has its own. */
  readonly endpoints:
    | { readonly authorizationEndpoint: string; readonly tokenEndpoint: string }
    | undefined;
  readonly clientAuthentication: ClientAuthentication;
  readonly scopes: readonly string[];
  /** Between the scopes of an authorization request. RFC 6749 §3.3 has a space. */
  readonly scopeSeparator: ' ' | ',';
  /** Values of `token_type`, in lower case, that stand for a bearer token as well. */
  readonly tokenTypes: readonly string[];
  /** The provider's own words for refusals. */
  readonly errors: readonly ProviderErrorRow[];
  /** Additional parameters for the authorization endpoint. */
  readonly authorizationParameters: Readonly<Record<string, string>>;
  /** Path of the token endpoint → path of the revocation endpoint on the same host. */
  readonly revocationPath: readonly [from: string, to: string] | undefined;
  /** Whether token responses name the API's address in `instance_url`. */
  readonly hasInstanceUrl: boolean;
}
