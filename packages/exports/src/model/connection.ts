/** Data about a provider, so that nobody has to look it up. */
export type PresetName = 'salesforce' | 'generic';

/**
 * Where a connection stands.
 *
 * | status | meaning | deliveries |
 * |---|---|---|
 * | `unauthorized` | configured, nobody has authorized it yet, or it was disconnected | none are taken |
 * | `authorizing` | the same, and a person's log-in is under way | none are taken |
 * | `active` | authorized, the last attempt succeeded | sent |
 * | `degraded` | authorized, attempts fail for a reason that is expected to pass | kept, tried again |
 * | `needs_reauthorization` | the provider no longer honours the grant | kept until it is authorized again |
 * | `disabled` | the receiver wants no more (410 Gone), or an administrator said so | none are taken |
 */
export type ConnectionStatus =
  | 'unauthorized'
  | 'authorizing'
  | 'active'
  | 'degraded'
  | 'needs_reauthorization'
  | 'disabled';

/**
 * Why a connection is not `active`: a closed set, meant for an administrator.
 *
 * | reason | meaning |
 * |---|---|
 * | `grant_revoked` | `invalid_grant`: expired, revoked, password changed, user deactivated |
 * | `grant_uncertain` | new tokens were issued, but the answer or the process that got it was lost, and the old ones are refused |
 * | `no_refresh_token` | the provider never sent one, and the access token is refused |
 * | `client_rejected` | `invalid_client`, `unauthorized_client`, `unsupported_grant_type`: check id and secret |
 * | `address_rejected` | the provider refuses this server's IP address |
 * | `quota_exceeded` | the receiver's quota is used up; paused until `pausedUntil` |
 * | `provider_unavailable` | the token endpoint does not answer, or with 5xx |
 * | `receiver_unavailable` | the receiver does not answer, or with 5xx, 429 or a redirect |
 * | `token_refused` | the receiver refuses a token that came fresh from the provider |
 * | `receiver_gone` | the receiver answered 410 |
 * | `secrets_unreadable` | stored secrets were sealed with a key that is not given any more |
 */
export type ConnectionReason =
  | 'grant_revoked'
  | 'grant_uncertain'
  | 'no_refresh_token'
  | 'client_rejected'
  | 'address_rejected'
  | 'quota_exceeded'
  | 'provider_unavailable'
  | 'receiver_unavailable'
  | 'token_refused'
  | 'receiver_gone'
  | 'secrets_unreadable';

/** Posts every event as JSON, signed as Standard Webhooks 1.0 says, with the access token. */
export interface WebhookDestination {
  readonly kind: 'webhook';
  /** `https:` only, on a public address. */
  readonly url: string;
}

/** Upserts one record for each engagement, by an external id: delivered twice, it is there once. */
export interface SalesforceDestination {
  readonly kind: 'salesforce';
  /** API name of the object: `Engagement__c`. */
  readonly object: string;
  /** API name of its field that holds the engagement's id, marked *External ID* and *Unique*. */
  readonly externalIdField: string;
  /** Field → where in the event its value is, members joined by dots: `{ Type__c: 'engagement.type' }`. */
  readonly fields: Readonly<Record<string, string>>;
  /** `v62.0`. */
  readonly apiVersion: string;
}

export type Destination = WebhookDestination | SalesforceDestination;

/** How the client secret is sent to the token endpoint (RFC 6749 §2.3.1, RFC 7591 §2). */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post';

/** What an administrator fills in. Only `preset`, `name` and `siteId` have nothing to do with the provider. */
export interface NewConnection {
  readonly preset: PresetName;
  /** For people, 1 to 200 characters. */
  readonly name: string;
  /** Events with this `site_id` go here, and no others: one customer's never reach another's CRM. */
  readonly siteId: string;
  /** RFC 6749 §3.1; `https:` only. The document's *Authorization URL*. */
  readonly authorizationEndpoint: string;
  /** RFC 6749 §3.2; `https:` only. The document's *Access Token URL*. */
  readonly tokenEndpoint: string;
  /** RFC 7009; `https:` only. Default: what the preset derives; none for `generic`. */
  readonly revocationEndpoint?: string | undefined;
  /** The provider's issuer identifier. If given, `iss` in the response must be there and equal (RFC 9207). */
  readonly issuer?: string | undefined;
  /** The document's *customer ID*. */
  readonly clientId: string;
  /** The document's *customer secret*. Stored sealed and never shown again. */
  readonly clientSecret: string;
  /** Default: the preset's. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Default: the preset's. */
  readonly scopes?: readonly string[] | undefined;
  readonly destination: Destination;
}

/** What may be changed later. Another provider, client or receiver ends the authorization. */
export type ConnectionChanges = Partial<Omit<NewConnection, 'preset'>>;

/** A connection as administrators see it. It holds no secret and no token. */
export interface Connection {
  readonly id: string;
  readonly preset: PresetName;
  readonly name: string;
  readonly siteId: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly scopes: readonly string[];
  readonly destination: Destination;
  /** The one redirect URI of this connection, to be registered at the provider (RFC 9700 §2.1). */
  readonly redirectUri: string;
  readonly status: ConnectionStatus;
  readonly reason: ConnectionReason | undefined;
  /** Nothing is sent before. */
  readonly pausedUntil: Date | undefined;
  /** Since when nothing gets through; `undefined` while it does. */
  readonly failingSince: Date | undefined;
  /** When a person last authorized it, and who. */
  readonly authorizedAt: Date | undefined;
  readonly authorizedBy: string | undefined;
  /** When its tokens were last renewed. */
  readonly refreshedAt: Date | undefined;
  readonly createdAt: Date;
}
