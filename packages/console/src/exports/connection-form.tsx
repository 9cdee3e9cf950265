import type { GrantType } from '@mandate/exports';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import type { Problem } from '../layout/problem-summary.js';
import { TextField } from '../layout/text-field.js';
import type { View } from '../view.js';
import type { ConnectionDraft } from './connection-draft.js';
import type { RenderField } from './connection-form-fields.js';
import { DestinationFields } from './destination-fields.js';
import { EventTypesField } from './event-types-field.js';
import { FIELD_LABELS } from './field-labels.js';
import { MoreFields } from './more-fields.js';
import { OAuthFields } from './oauth-fields.js';

export interface ConnectionFormProps {
  readonly view: View;
  readonly draft: ConnectionDraft;
  readonly problems: readonly Problem[];
  /** The path that receives the form, below the mount point. */
  readonly to: string;
  /** The path behind *Cancel*, below the mount point. */
  readonly cancel: string;
  /** The fingerprint of the settings at opening; absent for a new export. */
  readonly seen?: string | undefined;
  /** The callback URL to register; absent while it is not known. */
  readonly redirectUri?: string | undefined;
}

/** The title of the form. Without OAuth, there is none to configure. */
export function toFormTitle(grantType: GrantType): string {
  return grantType === 'none' ? 'Configure webhook' : 'Configure OAuth';
}

/** *Configure OAuth*: the provider, the client, and where events go. */
export function ConnectionForm({
  view,
  draft,
  problems,
  to,
  cancel,
  seen,
  redirectUri,
}: ConnectionFormProps) {
  const find = (name: string) => problems.find(({ field }) => field === name)?.message;
  const renderField: RenderField = (name, hint, options = {}) => (
    <TextField
      name={name}
      label={FIELD_LABELS[name]}
      hint={hint}
      // A typed secret must not return to the browser.
      value={name === 'clientSecret' || name === 'header.value' ? '' : (draft.values[name] ?? '')}
      error={find(name)}
      {...options}
    />
  );
  return (
    <ChangeForm view={view} to={to} class="card form">
      <input type="hidden" name="preset" value={draft.preset} />
      <input type="hidden" name="grantType" value={draft.grantType} />
      {seen !== undefined && <input type="hidden" name="seen" value={seen} />}
      {renderField('name', 'The system and who uses it. Shown only in this console.', {
        required: true,
      })}
      {renderField('siteId', 'Only engagements of this site are exported.', { required: true })}
      {draft.grantType !== 'none' && (
        <OAuthFields {...{ draft, renderField, redirectUri }} hasSecret={seen !== undefined} />
      )}
      <DestinationFields draft={draft} renderField={renderField} />
      <EventTypesField draft={draft} error={find('exportTypes')} />
      <MoreFields draft={draft} renderField={renderField} problems={problems} />
      <FormButtons submit="Save" cancel={view.link(cancel)} />
    </ChangeForm>
  );
}
