import { DELIVERY_STATUS } from './connection-texts.js';
import { type AskedDeliveries, DELIVERY_STATUSES, toQuery } from './delivery-filter.js';

export interface DeliveryFilterFormProps {
  readonly action: string;
  readonly asked: AskedDeliveries;
}

export function DeliveryFilterForm({ action, asked }: DeliveryFilterFormProps) {
  return (
    <search>
      <form class="filter short" method="get" action={action}>
        <label>
          Status
          <select name="status">
            <option value="">Any</option>
            {DELIVERY_STATUSES.map((status) => (
              <option value={status} selected={status === asked.status}>
                {DELIVERY_STATUS[status].text}
              </option>
            ))}
          </select>
        </label>
        <label>
          Engagement
          <input type="search" name="engagementId" value={asked.engagementId} autocomplete="off" />
        </label>
        <div class="filter-actions">
          <button type="submit" class="button">
            Filter
          </button>
          {toQuery(asked) !== '' && <a href={action}>Clear</a>}
        </div>
      </form>
    </search>
  );
}
