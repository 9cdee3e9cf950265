import { describeInput, Field, FieldError } from '../layout/field.js';
import type { TokenPagesOptions } from './token-pages-options.js';

export interface ScopesFieldProps {
  readonly scopes: TokenPagesOptions['scopes'];
  readonly chosen: readonly string[];
  readonly error: string | undefined;
}

/** Check boxes for the scopes, or a text field if the console does not know the scopes. */
export function ScopesField({ scopes, chosen, error }: ScopesFieldProps) {
  if (scopes === undefined) return <TypedScopes chosen={chosen} error={error} />;
  return (
    <fieldset
      id="scopes"
      class={`field ${error === undefined ? '' : 'invalid'}`}
      tabindex={-1}
      aria-describedby={error === undefined ? undefined : 'scopes-error'}
    >
      <legend>Scopes</legend>
      <p class="hint">
        The endpoints that the token may call. Select at least one, and only what is needed.
      </p>
      <div class="options grid">
        {Object.entries(scopes).map(([name, meaning]) => (
          <label class="option">
            <input type="checkbox" name="scopes" value={name} checked={chosen.includes(name)} />
            <span>
              <strong>{name}</strong>
              <span class="hint">{meaning}</span>
            </span>
          </label>
        ))}
      </div>
      <FieldError id="scopes" error={error} />
    </fieldset>
  );
}

function TypedScopes({ chosen, error }: Omit<ScopesFieldProps, 'scopes'>) {
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
