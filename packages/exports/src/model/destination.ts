/** Posts every event as JSON with the access token, signed as in Standard Webhooks 1.0. */
export interface WebhookDestination {
  readonly kind: 'webhook';
  /** An `https:` URL on a public address. */
  readonly url: string;
}

/** Upserts one record per engagement by an external id, so a repeated delivery makes no second record. */
export interface SalesforceDestination {
  readonly kind: 'salesforce';
  /** API name of the object: `Engagement__c`. */
  readonly object: string;
  /** API name of the field that holds the engagement's id. Mark it *External ID* and *Unique*. */
  readonly externalIdField: string;
  /** Field → path of its value in the event, joined by dots: `{ Type__c: 'engagement.type' }`. */
  readonly fields: Readonly<Record<string, string>>;
  /** `v62.0`. */
  readonly apiVersion: string;
}

export type Destination = WebhookDestination | SalesforceDestination;
