import { AUDIT_ACTIONS, type AuditFilter, toQuery } from './audit-filter.js';

export interface AuditFilterFormProps {
  readonly action: string;
  readonly filter: AuditFilter;
}

export function AuditFilterForm({ action, filter }: AuditFilterFormProps) {
  return (
    <search>
      <form class="filter even" method="get" action={action}>
        <label>
          Action
          <select name="action">
            <option value="">Any</option>
            {Object.entries(AUDIT_ACTIONS).map(([value, text]) => (
              <option value={value} selected={value === filter.action}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label>
          Administrator
          <input type="search" name="by" value={filter.by} autocomplete="off" />
        </label>
        <label>
          Token ID
          <input type="search" name="tokenId" value={filter.tokenId} autocomplete="off" />
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
