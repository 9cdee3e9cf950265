import { ChangeForm } from '../layout/change-form.js';
import { describeInput, Field } from '../layout/field.js';
import type { Problem } from '../layout/problem-summary.js';
import { TextField, type TextFieldProps } from '../layout/text-field.js';
import type { View } from '../view.js';
import { type ConnectionDraft, FIELD_LABELS, type FieldName } from './connection-draft.js';

export interface ConnectionFormProps {
  readonly view: View;
  readonly draft: ConnectionDraft;
  readonly problems: readonly Problem[];
  /** Where it is sent, below the mount point; and where `Cancel` leads. */
  readonly to: string;
  readonly cancel: string;
  /** Whether there is a secret already. */
  readonly hasSecret: boolean;
}

/** One field: its value and what is wrong with it come from the form around it. */
type Ask = (
  name: FieldName,
  hint: string | undefined,
  options?: Pick<TextFieldProps, 'type' | 'required' | 'rows'>,
) => ReturnType<typeof TextField>;

/** *Configure OAuth*: the provider, the client, and where events go. */
export function ConnectionForm({
  view,
  draft,
  problems,
  to,
  cancel,
  hasSecret,
}: ConnectionFormProps) {
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
      {ask('name', 'For people: which system, and for whom.', { required: true })}
      {ask('siteId', 'Engagements of this site go there, and no others.', { required: true })}
      <OAuthFields draft={draft} ask={ask} hasSecret={hasSecret} />
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

interface PartProps {
  readonly draft: ConnectionDraft;
  readonly ask: Ask;
}

function OAuthFields({ draft, ask, hasSecret }: PartProps & { readonly hasSecret: boolean }) {
  const isSalesforce = draft.preset === 'salesforce';
  const url = { type: 'url', required: true } as const;
  return (
    <fieldset class="group">
      <legend>OAuth</legend>
      {ask(
        'authorizationEndpoint',
        isSalesforce
          ? 'Ends in /services/oauth2/authorize. For a sandbox, its host is test.salesforce.com.'
          : 'Where people log in and allow access.',
        url,
      )}
      {ask(
        'tokenEndpoint',
        isSalesforce
          ? 'Ends in /services/oauth2/token, on the same host.'
          : 'Where this server gets its tokens.',
        url,
      )}
      {ask(
        'clientId',
        isSalesforce ? 'Salesforce calls it Consumer Key.' : 'Also called client ID.',
        {
          required: true,
        },
      )}
      {ask(
        'clientSecret',
        hasSecret
          ? 'It is stored and never shown. Leave this empty to keep it.'
          : 'Stored encrypted, and never shown again.',
        { type: 'password', required: !hasSecret },
      )}
    </fieldset>
  );
}

function DestinationFields({ draft, ask }: PartProps) {
  const required = { required: true } as const;
  return (
    <fieldset class="group">
      <legend>Delivery</legend>
      {draft.kind === 'webhook' ? (
        ask('destination.url', 'Events are posted there as JSON, signed, with the access token.', {
          type: 'url',
          required: true,
        })
      ) : (
        <>
          {ask(
            'destination.object',
            'API name of the object: one record for each engagement.',
            required,
          )}
          {ask(
            'destination.externalIdField',
            'API name of its field that is marked External ID and Unique.',
            required,
          )}
          {ask('destination.fields', 'One a line: API name = where in the event its value is.', {
            rows: 5,
          })}
          {ask('destination.apiVersion', undefined, required)}
        </>
      )}
    </fieldset>
  );
}

const MORE: readonly FieldName[] = [
  'scopes',
  'clientAuthentication',
  'revocationEndpoint',
  'issuer',
];

function MoreFields({ draft, ask, problems }: PartProps & Pick<ConnectionFormProps, 'problems'>) {
  const isWrong = problems.some(({ field }) => MORE.some((name) => name === field));
  const error = problems.find(({ field }) => field === 'clientAuthentication')?.message;
  return (
    <details open={isWrong}>
      <summary>More settings</summary>
      <div class="group">
        {ask('scopes', 'With spaces between. What the log-in asks for.')}
        <Field
          id="clientAuthentication"
          label={FIELD_LABELS.clientAuthentication}
          error={error}
          class="narrow"
        >
          <select
            {...describeInput('clientAuthentication', false, error)}
            name="clientAuthentication"
          >
            {['client_secret_basic', 'client_secret_post'].map((value) => (
              <option value={value} selected={value === draft.values.clientAuthentication}>
                {value === 'client_secret_basic' ? 'As a header' : 'In the body'} ({value})
              </option>
            ))}
          </select>
        </Field>
        {ask(
          'revocationEndpoint',
          'Where tokens are revoked when it is disconnected. Salesforce’s is known.',
          { type: 'url' },
        )}
        {ask('issuer', 'If given, answers must name exactly this issuer (RFC 9207).', {
          type: 'url',
        })}
      </div>
    </details>
  );
}
