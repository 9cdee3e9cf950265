import { FieldError } from '../layout/field.js';
import type { View } from '../view.js';

export interface PermissionFieldProps {
  readonly view: View;
  readonly value: string;
  readonly error: string | undefined;
}

const MEANINGS = {
  USER: 'Calls the API for one user, who is fixed here.',
  ANONYMOUS: 'Calls for nobody in particular. Only few endpoints serve it.',
  GLOBAL: 'Calls on behalf of any user, whom each request names.',
} as const;

/** What the token may stand for. `GLOBAL` is offered only to whom the authority would give one. */
export function PermissionField({ view, value, error }: PermissionFieldProps) {
  const { isSuperAdmin } = view.admin;
  const offered = Object.entries(MEANINGS).filter(([name]) => name !== 'GLOBAL' || isSuperAdmin);
  return (
    <fieldset
      id="permission"
      class={`field ${error === undefined ? '' : 'invalid'}`}
      tabindex={-1}
      aria-describedby={error === undefined ? undefined : 'permission-error'}
    >
      <legend>Permission</legend>
      <div class="options">
        {offered.map(([name, meaning]) => (
          <label class="option">
            <input type="radio" name="permission" value={name} checked={name === value} required />
            <span>
              <strong>{name}</strong>
              <span class="hint">{meaning}</span>
            </span>
          </label>
        ))}
      </div>
      {!isSuperAdmin && <p class="hint">GLOBAL tokens can be added by super admins only.</p>}
      <FieldError id="permission" error={error} />
    </fieldset>
  );
}
