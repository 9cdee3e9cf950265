import type { SalesforceDestination } from '../model/connection.js';
import type { DeliveryFailure } from '../model/delivery.js';
import { type Receiver, readStatusFailure, Unreadable } from './destination.js';

/** `errorCode`s that say nothing of the event. */
const FAILURES: Readonly<Record<string, DeliveryFailure>> = {
  REQUEST_LIMIT_EXCEEDED: 'quota_exceeded',
  INVALID_SESSION_ID: 'unauthorized',
  SERVER_UNAVAILABLE: 'receiver_unavailable',
  // Somebody else changes the record at this moment.
  UNABLE_TO_LOCK_ROW: 'receiver_unavailable',
};

/**
 * Upserts one record for each engagement (REST API, *sObject Rows by External ID*): an event that is
 * sent twice is there once. Members that an event does not have leave their fields as they are.
 */
export function createSalesforceReceiver(destination: SalesforceDestination): Receiver {
  return {
    toRequest({ delivery, token, instanceUrl }) {
      // Taken when the connection was a webhook: there is no record that it could fill.
      if (delivery.exportType === 'user_presence_update') {
        throw new Unreadable('a presence update is of no engagement');
      }
      return {
        method: 'PATCH',
        url: toUrl(destination, delivery.engagementId, instanceUrl),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(toRecord(destination, delivery.event)),
      };
    },
    readFailure(status, body) {
      if (status === 300) return 'ambiguous';
      // A page that something in between answers with 200 has stored nothing.
      if (status === 200 || status === 201)
        return isUpserted(body) ? undefined : 'receiver_unavailable';
      const known = readErrorCodes(body).map((code) => FAILURES[code]);
      return known.find((failure) => failure !== undefined) ?? readStatusFailure(status);
    },
  };
}

/** With all that is before it, no address is longer than may be asked for. */
const MAX_SEGMENT_LENGTH = 1024;

function toUrl(
  { apiVersion, object, externalIdField }: SalesforceDestination,
  id: string,
  instanceUrl: string | undefined,
): string {
  // A path of one or two dots would be taken for another place, percent-encoded or not.
  const isDots = id === '.' || id === '..';
  if (isDots || encodeURIComponent(id).length > MAX_SEGMENT_LENGTH)
    throw new Unreadable('the id of the engagement cannot be in a path');
  const names = ['services', 'data', apiVersion, 'sobjects', object, externalIdField, id];
  // Without an instance there is no https: address, which is refused as every other such one.
  return `${instanceUrl?.replace(/\/+$/, '') ?? 'none:'}/${names.map(encodeURIComponent).join('/')}`;
}

/** The fields of a record. Objects and lists become JSON text, for no field holds one. */
function toRecord(
  { fields, externalIdField }: SalesforceDestination,
  json: string,
): Readonly<Record<string, unknown>> {
  const event: unknown = JSON.parse(json);
  const record = Object.entries(fields).flatMap(([field, path]) => {
    const value = path.split('.').reduce(readMember, event);
    // The id stands in the path; a body that repeats it is refused.
    if (value === undefined || field === externalIdField) return [];
    const isNested = typeof value === 'object' && value !== null;
    return [[field, isNested ? JSON.stringify(value) : value] as const];
  });
  return Object.fromEntries(record);
}

function readMember(value: unknown, name: string): unknown {
  const isNested = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isNested ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** 204 has no body; the others say so. */
const isUpserted = (body: string): boolean => readMember(readJson(body), 'success') === true;

/** Errors of the REST API are a list, those of the token endpoint an object. */
function readErrorCodes(body: string): readonly string[] {
  const errors = readJson(body);
  if (!Array.isArray(errors)) return [];
  return errors
    .map((error) => readMember(error, 'errorCode'))
    .filter((code): code is string => typeof code === 'string' && Object.hasOwn(FAILURES, code));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
