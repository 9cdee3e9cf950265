import type { View } from '../view.js';
import { type TokenFilterFields, toQuery } from './token-filter.js';
import type { TokenPagesOptions } from './token-pages-options.js';

export interface FilterFormProps {
  readonly view: View;
  readonly filter: TokenFilterFields;
  readonly scopes: TokenPagesOptions['scopes'];
}

/** Filters the list. The form uses GET, so the address of the result can be bookmarked and shared. */
export function FilterForm({ view, filter, scopes }: FilterFormProps) {
  return (
    <search>
      <form class="filter" method="get" action={view.link('tokens')}>
        <label class="wide">
          Description
          <input type="search" name="search" value={filter.search} maxlength={200} />
        </label>
        <Choice name="permission" label="Permission" value={filter.permission}>
          {['GLOBAL', 'USER', 'ANONYMOUS']}
        </Choice>
        <Choice name="status" label="Status" value={filter.status}>
          {['active', 'expired', 'revoked']}
        </Choice>
        {scopes === undefined ? (
          <label>
            Scope
            <input type="text" name="scope" value={filter.scope} autocomplete="off" />
          </label>
        ) : (
          <Choice name="scope" label="Scope" value={filter.scope}>
            {Object.keys(scopes)}
          </Choice>
        )}
        <label>
          User e-mail
          <input
            type="text"
            inputmode="email"
            name="userEmail"
            value={filter.userEmail}
            autocomplete="off"
          />
        </label>
        <div class="filter-actions">
          <button type="submit" class="button">
            Filter
          </button>
          {toQuery(filter) !== '' && <a href={view.link('tokens')}>Clear</a>}
        </div>
      </form>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly children: readonly string[];
}

function Choice({ name, label, value, children }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name}>
        <option value="">Any</option>
        {children.map((option) => (
          <option value={option} selected={option === value}>
            {option.charAt(0).toUpperCase() + option.slice(1)}
          </option>
        ))}
      </select>
    </label>
  );
}
