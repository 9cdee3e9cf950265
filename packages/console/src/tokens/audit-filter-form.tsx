import { FilterSelect, SearchForm } from '../layout/search-form.js';
import { AUDIT_ACTIONS, type AuditFilter, toQuery } from './audit-filter.js';

export interface AuditFilterFormProps {
  readonly action: string;
  readonly filter: AuditFilter;
}

export function AuditFilterForm({ action, filter }: AuditFilterFormProps) {
  return (
    <SearchForm action={action} layout="even" isFiltered={toQuery(filter) !== ''}>
      <FilterSelect
        name="action"
        label="Action"
        value={filter.action}
        options={Object.entries(AUDIT_ACTIONS)}
      />
      <label>
        Administrator
        <input type="search" name="by" value={filter.by} autocomplete="off" />
      </label>
      <label>
        Token ID
        <input type="search" name="tokenId" value={filter.tokenId} autocomplete="off" />
      </label>
    </SearchForm>
  );
}
