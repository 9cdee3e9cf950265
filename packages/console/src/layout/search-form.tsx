import type { PropsWithChildren } from 'hono/jsx';

export interface SearchFormProps {
  readonly action: string;
  /** The widths of the fields. */
  readonly layout?: 'even' | 'short' | undefined;
  /** Offers to clear the filter. */
  readonly isFiltered: boolean;
}

/** Filters a list. The form uses GET, so the address of the result can be bookmarked and shared. */
export function SearchForm(props: PropsWithChildren<SearchFormProps>) {
  const { action, layout, isFiltered, children } = props;
  return (
    <search>
      <form
        class={layout === undefined ? 'filter' : `filter ${layout}`}
        method="get"
        action={action}
      >
        {children}
        <div class="filter-actions">
          <button type="submit" class="button">
            Filter
          </button>
          {isFiltered && <a href={action}>Clear</a>}
        </div>
      </form>
    </search>
  );
}

export interface FilterSelectProps {
  readonly name: string;
  readonly label: string;
  /** The selected value; empty for any. */
  readonly value: string;
  /** Each value with its text. */
  readonly options: readonly (readonly [value: string, text: string])[];
  /** The text of the empty value. Default `Any`. */
  readonly anyText?: string | undefined;
}

/** A choice of one value, or of any. */
export function FilterSelect(props: FilterSelectProps) {
  const { name, label, value, options, anyText = 'Any' } = props;
  return (
    <label>
      {label}
      <select name={name}>
        <option value="">{anyText}</option>
        {options.map(([option, text]) => (
          <option value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
