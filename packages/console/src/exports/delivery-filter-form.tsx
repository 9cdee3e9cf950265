import { DELIVERY_STATUS } from './connection-texts.js';
import { DELIVERY_STATUSES, type DeliveryFilterFields, toQuery } from './delivery-filter.js';

export interface DeliveryFilterFormProps {
  readonly action: string;
  readonly filter: DeliveryFilterFields;
}

export function DeliveryFilterForm({ action, filter }: DeliveryFilterFormProps) {
  return (
    <search>
      <form class="filter short" method="get" action={action}>
        <label>
          Status
          <select name="status">
            <option value="">Any</option>
            {DELIVERY_STATUSES.map((status) => (
              <option value={status} selected={status === filter.status}>
                {DELIVERY_STATUS[status].text}
              </option>
            ))}
          </select>
        </label>
        <label>
          Engagement
          <input type="search" name="engagementId" value={filter.engagementId} autocomplete="off" />
        </label>
        <div class="filter-actions">
          <button type="submit" class="button">
            Filter
          </button>
          {toQuery(filter) !== '' && <a href={action}>Clear</a>}
        </div>
      </form>
    </search>
  );
}
