import { CheckBoxes } from '../layout/check-boxes.js';
import { describeInput, Field, FieldGroup } from '../layout/field.js';
import type { TokenPagesOptions } from './token-pages-options.js';

export interface ScopesFieldProps {
  readonly scopes: TokenPagesOptions['scopes'];
  readonly chosen: readonly string[];
  readonly error: string | undefined;
  /** What the scopes were searched for, without a script. */
  readonly search: string;
  /** The address that renders the form again for a search. */
  readonly action: string;
}

/** More scopes than this get a search field. */
const SEARCHED = 8;

/** Check boxes for the scopes, or a text field if the console does not know the scopes. */
export function ScopesField({ scopes, chosen, error, search, action }: ScopesFieldProps) {
  const isShown = ([name, meaning]: readonly [string, string]) =>
    chosen.includes(name) || `${name} ${meaning}`.toLowerCase().includes(search.toLowerCase());
  if (scopes === undefined) return <TypedScopes chosen={chosen} error={error} />;
  return (
    <FieldGroup
      id="scopes"
      legend="Scopes"
      hint="The endpoints that the token may call. Select at least one, and only what is needed."
      error={error}
    >
      {Object.keys(scopes).length > SEARCHED && <ScopeSearch search={search} action={action} />}
      <CheckBoxes name="scopes" options={Object.entries(scopes).filter(isShown)} chosen={chosen} />
    </FieldGroup>
  );
}

function TypedScopes({ chosen, error }: Omit<ScopesFieldProps, 'scopes' | 'search' | 'action'>) {
  const hint = 'The endpoints that the token may call: at least one scope, separated by spaces.';
  return (
    <Field id="scopes" label="Scopes" hint={hint} error={error}>
      <input
        {...describeInput('scopes', true, error)}
        name="scopes"
        value={chosen.join(' ')}
        required
        autocomplete="off"
        spellcheck={false}
      />
    </Field>
  );
}

/**
 * Searches the check boxes. The script hides those that do not match while the administrator types. Without it,
 * the button renders the form again with the matching scopes and every selected one.
 */
function ScopeSearch({ search, action }: Pick<ScopesFieldProps, 'search' | 'action'>) {
  return (
    <div class="scope-search">
      <label class="sr" for="scopeSearch">
        Search scopes
      </label>
      <input
        type="search"
        id="scopeSearch"
        name="scopeSearch"
        value={search}
        placeholder="Search scopes"
        maxlength={100}
        autocomplete="off"
        data-search
      />
      <button type="submit" class="button" formaction={action} formnovalidate data-search-button>
        Search
      </button>
      <p class="sr" role="status" data-search-status />
    </div>
  );
}
