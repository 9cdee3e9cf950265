import { FieldError } from '../layout/field.js';
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
  return (
    <fieldset
      id="exportTypes"
      class={`field ${error === undefined ? '' : 'invalid'}`}
      tabindex={-1}
      aria-describedby={error === undefined ? undefined : 'exportTypes-error'}
    >
      <legend>Events</legend>
      <p class="hint">Select none to deliver all kinds of events.</p>
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
      <FieldError id="exportTypes" error={error} />
    </fieldset>
  );
}
