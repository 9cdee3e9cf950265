/**
 * What every request to a provider or a receiver says about its sender. Firewalls reject requests without
 * these headers, and the operator of a receiver finds the sender by them. RFC 9110 §10.1.5, §12.5.1.
 */
export const USER_AGENT = 'Mandate-Exports';

/** The `accept` of a request that names no other: any answer is read, and JSON is understood. */
export const ACCEPT = 'application/json, */*;q=0.1';
