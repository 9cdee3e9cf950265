import type { SalesforceDestination } from '../model/connection.js';
import type { DeliveryFailure } from '../model/delivery.js';
import { type Receiver, toStatusFailure, UnreadableEvent } from './receiver.js';

/** Values of `errorCode` that the event does not cause. */
const FAILURES: Readonly<Record<string, DeliveryFailure>> = {
  REQUEST_LIMIT_EXCEEDED: 'quota_exceeded',
  INVALID_SESSION_ID: 'unauthorized',
  SERVER_UNAVAILABLE: 'receiver_unavailable',
  // Another transaction is changing the record.
  UNABLE_TO_LOCK_ROW: 'receiver_unavailable',
};

/**
 * Upserts one record per engagement (REST API, *sObject Rows by External ID*), so a repeated delivery
 * makes no second record. Members that an event does not have leave their fields unchanged.
 */
export function createSalesforceReceiver(destination: SalesforceDestination): Receiver {
  return {
    toRequest({ delivery, token, instanceUrl }) {
      // The event was stored while the destination was a webhook.
      if (delivery.exportType === 'user_presence_update') {
        throw new UnreadableEvent('a presence update belongs to no engagement');
      }
      return {
        method: 'PATCH',
        url: toUrl(destination, delivery.engagementId, instanceUrl),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(toRecord(destination, delivery.event)),
      };
    },
    toFailure(status, body) {
      if (status === 300) return 'ambiguous';
      // A proxy may answer 200 with a page of its own although nothing was stored.
      if (status === 200 || status === 201)
        return isUpserted(body) ? undefined : 'receiver_unavailable';
      const known = parseErrorCodes(body).map((code) => FAILURES[code]);
      return known.find((failure) => failure !== undefined) ?? toStatusFailure(status);
    },
  };
}

/** Keeps the whole URL within the limits of servers. */
const MAX_SEGMENT_LENGTH = 1024;

function toUrl(
  { apiVersion, object, externalIdField }: SalesforceDestination,
  id: string,
  instanceUrl: string | undefined,
): string {
  // A segment of one or two dots changes the path, also percent-encoded.
  const isDots = id === '.' || id === '..';
  if (isDots || encodeURIComponent(id).length > MAX_SEGMENT_LENGTH)
    throw new UnreadableEvent('the engagement id cannot be part of a URL');
  const names = ['services', 'data', apiVersion, 'sobjects', object, externalIdField, id];
  // Without an instance, the URL has no `https:`, and the guarded fetch rejects it.
  return `${instanceUrl?.replace(/\/+$/, '') ?? 'none:'}/${names.map(encodeURIComponent).join('/')}`;
}

/** Fills the fields of a record. Objects and lists become JSON text, because a field holds one value. */
function toRecord(
  { fields, externalIdField }: SalesforceDestination,
  json: string,
): Readonly<Record<string, unknown>> {
  const event: unknown = JSON.parse(json);
  const record = Object.entries(fields).flatMap(([field, path]) => {
    const value = path.split('.').reduce(getMember, event);
    // Salesforce rejects a body that repeats the external id.
    if (value === undefined || field === externalIdField) return [];
    const isNested = typeof value === 'object' && value !== null;
    return [[field, isNested ? JSON.stringify(value) : value] as const];
  });
  return Object.fromEntries(record);
}

function getMember(value: unknown, name: string): unknown {
  const isNested = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isNested ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The body of a 200 or 201 has `success`. */
const isUpserted = (body: string): boolean => getMember(parseJson(body), 'success') === true;

/** The REST API answers with a list of errors. Any other body yields no code. */
function parseErrorCodes(body: string): readonly string[] {
  const errors = parseJson(body);
  if (!Array.isArray(errors)) return [];
  return errors
    .map((error) => getMember(error, 'errorCode'))
    .filter((code): code is string => typeof code === 'string' && Object.hasOwn(FAILURES, code));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
