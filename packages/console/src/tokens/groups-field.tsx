import { CheckBoxes } from '../layout/check-boxes.js';
import { FieldGroup } from '../layout/field.js';
import type { TokenPagesOptions } from './token-pages-options.js';

export interface GroupsFieldProps {
  readonly groups: TokenPagesOptions['groups'];
  readonly chosen: readonly string[];
  readonly error: string | undefined;
}

/** Check boxes for the groups. A console without groups has no such field. */
export function GroupsField({ groups = {}, chosen, error }: GroupsFieldProps) {
  const options = Object.entries(groups);
  if (options.length === 0 && error === undefined) return null;
  return (
    <FieldGroup
      id="groups"
      legend="Groups"
      hint="Optional. The groups whose data the token may use. A GLOBAL token that acts as a user has the groups of that user instead."
      error={error}
      class="for-groups"
    >
      <CheckBoxes name="groups" options={options} chosen={chosen} />
    </FieldGroup>
  );
}
