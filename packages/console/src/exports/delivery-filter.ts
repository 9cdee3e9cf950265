import type { DeliveryFilter } from '@mandate/exports';

/** What is asked for of the log: empty where nothing is. */
export interface AskedDeliveries {
  readonly status: string;
  readonly engagementId: string;
}

export const DELIVERY_STATUSES = ['pending', 'delivered', 'dead'] as const;

/** No event with a longer one is taken. */
const MAX_ID_LENGTH = 255;

/** Reads the filter from an address. What no delivery can have is as good as not asked for. */
export function readAskedDeliveries(query: URLSearchParams): AskedDeliveries {
  const engagementId = (query.get('engagementId') ?? '').replaceAll('\0', '').trim();
  return {
    status: DELIVERY_STATUSES.find((one) => one === query.get('status')) ?? '',
    engagementId: engagementId.slice(0, MAX_ID_LENGTH),
  };
}

export function toDeliveryFilter({ status, engagementId }: AskedDeliveries): DeliveryFilter {
  return {
    status: DELIVERY_STATUSES.find((one) => one === status),
    engagementId: engagementId || undefined,
  };
}

/** The same as a query, which leaves out what is not asked for. */
export function toQuery({ status, engagementId }: AskedDeliveries, cursor?: string): string {
  const query = new URLSearchParams({
    ...(status && { status }),
    ...(engagementId && { engagementId }),
    ...(cursor && { cursor }),
  });
  return query.size === 0 ? '' : `?${query}`;
}
