import type { DeliveryFilter } from '@mandate/exports';

/** The value of every filter field; empty if the field does not filter. */
export interface DeliveryFilterFields {
  readonly status: string;
  readonly engagementId: string;
}

export const DELIVERY_STATUSES = ['pending', 'delivered', 'dead'] as const;

/** Events with longer ids are rejected. */
const MAX_ID_LENGTH = 255;

/** Parses the filter of an address. Values that no delivery can have are ignored. */
export function parseDeliveryFilter(query: URLSearchParams): DeliveryFilterFields {
  const engagementId = (query.get('engagementId') ?? '').replaceAll('\0', '').trim();
  return {
    status: DELIVERY_STATUSES.find((value) => value === query.get('status')) ?? '',
    engagementId: engagementId.slice(0, MAX_ID_LENGTH),
  };
}

export function toDeliveryFilter({ status, engagementId }: DeliveryFilterFields): DeliveryFilter {
  return {
    status: DELIVERY_STATUSES.find((value) => value === status),
    engagementId: engagementId || undefined,
  };
}

/** Converts a filter to a query, without the empty fields. */
export function toQuery({ status, engagementId }: DeliveryFilterFields, cursor?: string): string {
  const query = new URLSearchParams({
    ...(status && { status }),
    ...(engagementId && { engagementId }),
    ...(cursor && { cursor }),
  });
  return query.size === 0 ? '' : `?${query}`;
}
