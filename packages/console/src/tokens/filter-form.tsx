import { FilterSelect, SearchForm } from '../layout/search-form.js';
import type { View } from '../view.js';
import { ORDERS, type TokenFilterFields, toQuery } from './token-filter.js';
import type { TokenPagesOptions } from './token-pages-options.js';

export interface FilterFormProps {
  readonly view: View;
  readonly filter: TokenFilterFields;
  readonly scopes: TokenPagesOptions['scopes'];
}

/** Filters the list of tokens. */
export function FilterForm({ view, filter, scopes }: FilterFormProps) {
  return (
    <SearchForm action={view.link('tokens')} isFiltered={toQuery(filter) !== ''}>
      <label class="wide">
        Description
        <input type="search" name="search" value={filter.search} maxlength={200} />
      </label>
      <Choices filter={filter} />
      <ScopeFilter value={filter.scope} scopes={scopes} />
      <UserFilter value={filter.userEmail} />
      <FilterSelect
        name="order"
        label="Order"
        value={filter.order}
        anyText="Newest first"
        options={Object.entries(ORDERS).map(([name, { title }]) => [name, title])}
      />
    </SearchForm>
  );
}

function Choices({ filter }: Pick<FilterFormProps, 'filter'>) {
  return (
    <>
      <FilterSelect
        name="permission"
        label="Permission"
        value={filter.permission}
        options={['GLOBAL', 'USER', 'ANONYMOUS'].map(toOption)}
      />
      <FilterSelect
        name="status"
        label="Status"
        value={filter.status}
        options={['active', 'expired', 'revoked'].map(toOption)}
      />
    </>
  );
}

function UserFilter({ value }: { readonly value: string }) {
  return (
    <label>
      User e-mail
      <input type="text" inputmode="email" name="userEmail" value={value} autocomplete="off" />
    </label>
  );
}

interface ScopeFilterProps extends Pick<FilterFormProps, 'scopes'> {
  readonly value: string;
}

/** A choice, or a text field if the console does not know the scopes. */
function ScopeFilter({ value, scopes }: ScopeFilterProps) {
  if (scopes !== undefined) {
    const options = Object.keys(scopes).map(toOption);
    return <FilterSelect name="scope" label="Scope" value={value} options={options} />;
  }
  return (
    <label>
      Scope
      <input type="text" name="scope" value={value} autocomplete="off" />
    </label>
  );
}

function toOption(value: string): [value: string, text: string] {
  return [value, value.charAt(0).toUpperCase() + value.slice(1)];
}
