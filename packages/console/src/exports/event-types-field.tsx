import { FieldGroup } from '../layout/field.js';
import type { ConnectionDraft } from './connection-draft.js';
import { EXPORT_TYPE } from './connection-texts.js';

export interface EventTypesFieldProps {
  readonly draft: ConnectionDraft;
  readonly error: string | undefined;
}

/** The kinds of events. None selected means all, so that later kinds arrive too. */
export function EventTypesField({ draft, error }: EventTypesFieldProps) {
  // A presence update belongs to no engagement, so there is no record for it.
  const offered = Object.entries(EXPORT_TYPE).filter(
    ([type]) => draft.kind !== 'salesforce' || type !== 'user_presence_update',
  );
  const hint = 'Select none to deliver all kinds of events.';
  return (
    <FieldGroup id="exportTypes" legend="Events" hint={hint} error={error}>
      <div class="options grid">
        {offered.map(([type, text]) => (
          <label class="option">
            <input
              type="checkbox"
              name="exportTypes"
              value={type}
              checked={draft.exportTypes.includes(type)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </FieldGroup>
  );
}
