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

export interface MoreFieldsProps extends FieldsProps {
  readonly problems: readonly Problem[];
}

/**
 * What the preset knows better than most people: shown when asked for, or when it is wrong. Browsers are
 * not asked to check it: of what is folded away they cannot say that it is wrong, and just send nothing.
 */
export function MoreFields({ draft, ask, problems }: MoreFieldsProps) {
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
        )}
        {ask('issuer', 'If given, answers must name exactly this issuer (RFC 9207).')}
      </div>
    </details>
  );
}
