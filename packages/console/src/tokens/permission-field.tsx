import { FieldGroup } from '../layout/field.js';
import { OptionText } from '../layout/option-text.js';
import type { View } from '../view.js';

export interface PermissionFieldProps {
  readonly view: View;
  readonly value: string;
  readonly error: string | undefined;
}

const MEANINGS = {
  USER: 'Calls the API on behalf of one user, who cannot be changed later.',
  ANONYMOUS: 'Calls the API on behalf of an anonymous user. Only a few endpoints accept it.',
  GLOBAL: 'Calls the API on behalf of any user. Each request names the user.',
} as const;

/** Selects the permission. `GLOBAL` is offered only to super admins, who alone may create such tokens. */
export function PermissionField({ view, value, error }: PermissionFieldProps) {
  const { isSuperAdmin } = view.admin;
  const offered = Object.entries(MEANINGS).filter(([name]) => name !== 'GLOBAL' || isSuperAdmin);
  return (
    <FieldGroup id="permission" legend="Permission" error={error}>
      <div class="options">
        {offered.map(([name, meaning]) => (
          <label class="option">
            <input type="radio" name="permission" value={name} checked={name === value} required />
            <OptionText name={name} meaning={meaning} />
          </label>
        ))}
      </div>
      {!isSuperAdmin && <p class="hint">Only super admins can add GLOBAL tokens.</p>}
    </FieldGroup>
  );
}
