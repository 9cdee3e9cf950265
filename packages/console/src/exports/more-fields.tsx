import { describeInput, Field } from '../layout/field.js';
import type { Problem } from '../layout/problem-summary.js';
import { FIELD_LABELS, type FieldName } from './connection-draft.js';
import type { FieldsProps } from './connection-form-fields.js';

const MORE: readonly FieldName[] = [
  'scopes',
  'clientAuthentication',
  'revocationEndpoint',
  'issuer',
];

const CLIENT_AUTHENTICATIONS = {
  '': 'As this system needs it',
  client_secret_basic: 'In a header (client_secret_basic)',
  client_secret_basic_raw: 'In a header, without form encoding',
  client_secret_post: 'In the body (client_secret_post)',
};

export interface MoreFieldsProps extends FieldsProps {
  readonly problems: readonly Problem[];
}

/**
 * The settings that the preset normally decides, folded unless one of them is invalid. Browsers do not
 * check these fields: a browser cannot show an error in a folded field, so it would silently not submit.
 */
export function MoreFields({ draft, renderField, problems }: MoreFieldsProps) {
  if (draft.grantType === 'none') return null;
  const hasLogin = draft.grantType === 'authorization_code';
  const isInvalid = problems.some(({ field }) => MORE.some((name) => name === field));
  const error = problems.find(({ field }) => field === 'clientAuthentication')?.message;
  return (
    <details open={isInvalid}>
      <summary>More settings</summary>
      <div class="group">
        {renderField('scopes', 'The scopes to request, separated by spaces.')}
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
            {Object.entries(CLIENT_AUTHENTICATIONS).map(([value, text]) => (
              <option value={value} selected={value === draft.values.clientAuthentication}>
                {text}
              </option>
            ))}
          </select>
        </Field>
        {renderField(
          'revocationEndpoint',
          'Revokes the tokens when the export is disconnected. For Salesforce, leave it empty.',
        )}
        {hasLogin &&
          renderField(
            'issuer',
            'Optional. Responses must then name exactly this issuer (RFC 9207).',
          )}
      </div>
    </details>
  );
}
