import type { SalesforceDestination } from '../model/destination.js';
import type { Receiver } from './receiver.js';
import { toSalesforceFailure } from './salesforce-receiver.js';

/** Keeps the URL within the limits of servers. A name has at most 80 characters. */
const MAX_FIELDS = 100;

/**
 * Asks how a query for the object and its fields would run, which names what does not exist and changes
 * nothing (REST API Developer Guide, *Query*, parameter `explain`). It does not show whether the person who
 * authorized may write records.
 */
export function createSalesforceTest(destination: SalesforceDestination): Receiver {
  const { apiVersion, object, externalIdField, fields } = destination;
  const names = [externalIdField, ...Object.keys(fields)].slice(0, MAX_FIELDS);
  const query = encodeURIComponent(`SELECT ${names.join(',')} FROM ${object}`);
  const path = `/services/data/${encodeURIComponent(apiVersion)}/query/?explain=${query}`;
  return {
    toRequest: ({ token, instanceUrl }) => ({
      method: 'GET',
      // Without an instance, the URL has no `https:`, and the guarded fetch rejects it.
      url: `${instanceUrl?.replace(/\/+$/, '') ?? 'none:'}${path}`,
      headers: { authorization: `Bearer ${token}` },
    }),
    toFailure(status, body) {
      if (status < 200 || status >= 300) return toSalesforceFailure(status, body);
      return hasPlans(body) ? undefined : 'receiver_unavailable';
    },
  };
}

function hasPlans(body: string): boolean {
  try {
    return Array.isArray((JSON.parse(body) as { readonly plans?: unknown }).plans);
  } catch {
    return false;
  }
}
