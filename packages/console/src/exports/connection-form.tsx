import { ChangeForm } from '../layout/change-form.js';
import type { Problem } from '../layout/problem-summary.js';
import { TextField } from '../layout/text-field.js';
import type { View } from '../view.js';
import { type ConnectionDraft, FIELD_LABELS } from './connection-draft.js';
import type { Ask } from './connection-form-fields.js';
import { DestinationFields } from './destination-fields.js';
import { MoreFields } from './more-fields.js';
import { OAuthFields } from './oauth-fields.js';

export interface ConnectionFormProps {
  readonly view: View;
  readonly draft: ConnectionDraft;
  readonly problems: readonly Problem[];
  /** Where it is sent, below the mount point; and where `Cancel` leads. */
  readonly to: string;
  readonly cancel: string;
  /** The fingerprint of what it was opened with; absent for a new export, which has no secret yet. */
  readonly seen?: string | undefined;
}

/** *Configure OAuth*: the provider, the client, and where events go. */
export function ConnectionForm({ view, draft, problems, to, cancel, seen }: ConnectionFormProps) {
  const find = (name: string) => problems.find(({ field }) => field === name)?.message;
  const ask: Ask = (name, hint, options = {}) => (
    <TextField
      name={name}
      label={FIELD_LABELS[name]}
      hint={hint}
      // A secret that was typed is not sent back.
      value={name === 'clientSecret' ? '' : (draft.values[name] ?? '')}
      error={find(name)}
      {...options}
    />
  );
  return (
    <ChangeForm view={view} to={to} class="card form">
      <input type="hidden" name="preset" value={draft.preset} />
      {seen !== undefined && <input type="hidden" name="seen" value={seen} />}
      {ask('name', 'For people: which system, and for whom.', { required: true })}
      {ask('siteId', 'Engagements of this site go there, and no others.', { required: true })}
      <OAuthFields draft={draft} ask={ask} hasSecret={seen !== undefined} />
      <DestinationFields draft={draft} ask={ask} />
      <MoreFields draft={draft} ask={ask} problems={problems} />
      <div class="buttons">
        <button type="submit" class="button primary">
          Save
        </button>
        <a class="button" href={view.link(cancel)}>
          Cancel
        </a>
      </div>
    </ChangeForm>
  );
}
