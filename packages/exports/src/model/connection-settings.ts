import type { ExportType } from './delivery.js';
import type { Destination } from './destination.js';

/** A provider whose endpoints and defaults are known. `generic` stands for any other provider. */
export type PresetName =
  | 'salesforce'
  | 'hubspot'
  | 'zoho'
  | 'slack'
  | 'google'
  | 'microsoft'
  | 'generic';

/**
 * How the client secret is sent to the token endpoint (RFC 6749 §2.3.1, RFC 7591 §2).
 *
 * | value | meaning |
 * |---|---|
 * | `client_secret_basic` | HTTP Basic; id and secret are form-encoded before, as RFC 6749 requires |
 * | `client_secret_basic_raw` | HTTP Basic without form encoding, for providers that do not decode it |
 * | `client_secret_post` | as `client_id` and `client_secret` in the body |
 */
export type ClientAuthentication =
  | 'client_secret_basic'
  | 'client_secret_basic_raw'
  | 'client_secret_post';

/**
 * How a connection gets its access tokens.
 *
 * | value | meaning |
 * |---|---|
 * | `authorization_code` | a person logs in (RFC 6749 §4.1) |
 * | `client_credentials` | id and secret of the client are enough (RFC 6749 §4.4) |
 * | `none` | no OAuth: a webhook with its signature, and with a static header if there is one |
 */
export type GrantType = 'authorization_code' | 'client_credentials' | 'none';

/** A header that every request to a webhook has. */
export interface WebhookHeader {
  /** `Authorization`, or another name. Names that HTTP or Standard Webhooks use are rejected. */
  readonly name: string;
  /** Printable ASCII, at most 2000 characters: `Bearer …`. It is stored sealed and never returned. */
  readonly value: string;
}

/** The settings of a connection, as an administrator enters them. */
export interface NewConnection {
  readonly preset: PresetName;
  /** How access tokens are obtained. It cannot be changed later. Default `authorization_code`. */
  readonly grantType?: GrantType | undefined;
  /** A name for people, 1 to 200 characters. */
  readonly name: string;
  /**
   * Only events with this `site_id` are delivered here, so one customer's events never reach another
   * customer's CRM. 1 to 200 characters.
   */
  readonly siteId: string;
  /** RFC 6749 §3.1, `https:` only. Glia calls it *Authorization URL*. Default: the preset's, if it has one. */
  readonly authorizationEndpoint?: string | undefined;
  /** RFC 6749 §3.2, `https:` only. Glia calls it *Access Token URL*. Default: the preset's, if it has one. */
  readonly tokenEndpoint?: string | undefined;
  /** RFC 7009, `https:` only. Default: derived by the preset; `generic` has none. */
  readonly revocationEndpoint?: string | undefined;
  /** The provider's issuer identifier. If set, `iss` in the response must be present and equal (RFC 9207). */
  readonly issuer?: string | undefined;
  /** The OAuth client id. Glia calls it *customer ID*. Required unless `grantType` is `none`. */
  readonly clientId?: string | undefined;
  /**
   * The OAuth client secret. Glia calls it *customer secret*. Required unless `grantType` is `none`. It is
   * stored sealed and never returned.
   */
  readonly clientSecret?: string | undefined;
  /** Default: the preset's. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Default: the preset's. */
  readonly scopes?: readonly string[] | undefined;
  /**
   * Values of `error` with which this provider says that a person must authorize again, beside those of the
   * RFCs and of the preset. At most 20. Upper and lower case, `-`, `_` and spaces are the same. Default: none.
   */
  readonly reauthorizationErrors?: readonly string[] | undefined;
  /**
   * Whether log-ins use PKCE (RFC 7636). Set `false` only for a provider that rejects its parameters: without
   * PKCE, `state` alone ties a code to the browser that began the log-in. Default `true`.
   */
  readonly pkce?: boolean | undefined;
  /** For a webhook with the grant type `none`: a header with each request. Default: none. */
  readonly header?: WebhookHeader | undefined;
  readonly destination: Destination;
  /**
   * The kinds of events that are delivered here, at least one. Default: all that the destination accepts.
   * A change concerns events that are enqueued afterwards.
   */
  readonly exportTypes?: readonly ExportType[] | undefined;
}

/** The settings that can be changed later. Another provider, client or receiver ends the authorization. */
export type ConnectionChanges = Partial<Omit<NewConnection, 'preset' | 'grantType'>>;

/** The settings of a connection except its secrets, after the defaults of its preset. */
export interface ConnectionSettings {
  readonly id: string;
  readonly preset: PresetName;
  readonly grantType: GrantType;
  readonly name: string;
  readonly siteId: string;
  /** `undefined` unless the grant type is `authorization_code`. */
  readonly authorizationEndpoint: string | undefined;
  /** `undefined` if the grant type is `none`, as `clientId`. */
  readonly tokenEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  readonly clientAuthentication: ClientAuthentication;
  readonly scopes: readonly string[];
  readonly reauthorizationErrors: readonly string[];
  readonly pkce: boolean;
  /** The name of the static header. Its value is never returned. */
  readonly headerName: string | undefined;
  readonly destination: Destination;
  /** `undefined` for all kinds that the destination accepts. */
  readonly exportTypes: readonly ExportType[] | undefined;
}
