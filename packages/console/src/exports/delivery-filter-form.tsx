import { FilterSelect, SearchForm } from '../layout/search-form.js';
import { DELIVERY_STATUS } from './connection-texts.js';
import { DELIVERY_STATUSES, type DeliveryFilterFields, toQuery } from './delivery-filter.js';

export interface DeliveryFilterFormProps {
  readonly action: string;
  readonly filter: DeliveryFilterFields;
}

export function DeliveryFilterForm({ action, filter }: DeliveryFilterFormProps) {
  return (
    <SearchForm action={action} layout="short" isFiltered={toQuery(filter) !== ''}>
      <FilterSelect
        name="status"
        label="Status"
        value={filter.status}
        options={DELIVERY_STATUSES.map((status) => [status, DELIVERY_STATUS[status].text])}
      />
      <label>
        Engagement
        <input type="search" name="engagementId" value={filter.engagementId} autocomplete="off" />
      </label>
    </SearchForm>
  );
}
