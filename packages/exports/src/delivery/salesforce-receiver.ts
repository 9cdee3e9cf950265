import { parseLenientJson } from '@mandate/internal/parse-lenient-json';
import type { DeliveryFailure } from '../model/delivery.js';
import type { SalesforceDestination } from '../model/destination.js';
import { type Receiver, toStatusFailure, UnreadableEvent } from './receiver.js';

/**
 * Values of `errorCode` that the event does not cause. Salesforce describes the list of errors in *Status
 * Codes and Error Responses* of the REST API Developer Guide, and the codes in *Core Data Types Used in API
 * Calls* of the SOAP API Developer Guide.
 */
const FAILURES: Readonly<Record<string, DeliveryFailure>> = {
  REQUEST_LIMIT_EXCEEDED: 'quota_exceeded',
  STORAGE_LIMIT_EXCEEDED: 'storage_exceeded',
  EXCEEDED_QUOTA: 'storage_exceeded',
  API_DISABLED_FOR_ORG: 'api_disabled',
  API_CURRENTLY_DISABLED: 'api_disabled',
  ORG_LOCKED: 'org_locked',
  FUNCTIONALITY_NOT_ENABLED: 'feature_disabled',
  REQUEST_RUNNING_TOO_LONG: 'request_too_long',
  // The code of the REST API for the same limit (*API Request Limits and Allocations*).
  QUERY_TIMEOUT: 'request_too_long',
  UNSUPPORTED_API_VERSION: 'api_version_retired',
  INVALID_SESSION_ID: 'unauthorized',
  SERVER_UNAVAILABLE: 'receiver_unavailable',
  // Another transaction is changing the record.
  UNABLE_TO_LOCK_ROW: 'receiver_unavailable',
  // An upsert creates the record, so what was not found is the object or the external id field.
  NOT_FOUND: 'destination_invalid',
  INVALID_TYPE: 'destination_invalid',
  INVALID_FIELD: 'destination_invalid',
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
    toFailure: toSalesforceFailure,
  };
}

/** Returns the failure that an answer of the REST API to an upsert means. */
export function toSalesforceFailure(status: number, body: string): DeliveryFailure | undefined {
  if (status === 204) return undefined;
  if (status === 300) return 'ambiguous';
  // *API End-of-Life*: requests for a retired version.
  if (status === 410) return 'api_version_retired';
  // A proxy may answer 200 with a page of its own although nothing was stored.
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess) return isUpserted(body) ? undefined : 'receiver_unavailable';
  const codes = parseErrorCodes(body);
  const known = codes.filter((code) => Object.hasOwn(FAILURES, code)).map((code) => FAILURES[code]);
  if (known[0] !== undefined) return known[0];
  const failure = toStatusFailure(status);
  // Any other error that Salesforce names concerns the record. What names none is not from Salesforce.
  if (failure !== 'receiver_refused' || codes.length === 0) return failure;
  return status === 403 ? 'forbidden' : 'rejected';
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
const isUpserted = (body: string): boolean => getMember(parseLenientJson(body), 'success') === true;

/** The REST API answers with a list of errors. Any other body yields no code. */
function parseErrorCodes(body: string): readonly string[] {
  const errors = parseLenientJson(body);
  if (!Array.isArray(errors)) return [];
  return errors
    .map((error) => getMember(error, 'errorCode'))
    .filter((code): code is string => typeof code === 'string');
}
