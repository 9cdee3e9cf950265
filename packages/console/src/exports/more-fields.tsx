import { FieldGroup } from '../layout/field.js';
import { OptionText } from '../layout/option-text.js';
import type { Problem } from '../layout/problem-summary.js';
import { SelectField } from '../layout/select-field.js';
import type { FieldsProps } from './connection-form-fields.js';
import { CLIENT_AUTHENTICATION } from './connection-texts.js';
import { FIELD_LABELS, type FieldName } from './field-labels.js';

const MORE: readonly FieldName[] = [
  ...(['scopes', 'clientAuthentication', 'revocationEndpoint', 'issuer'] as const),
  'reauthorizationErrors',
];

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
  return (
    <details open={isInvalid}>
      <summary>More settings</summary>
      <div class="group">
        {renderField('scopes', 'The scopes to request, separated by spaces.')}
        <SelectField
          name="clientAuthentication"
          label={FIELD_LABELS.clientAuthentication}
          hint="How the client secret is sent to the access token URL."
          any="Default of this system"
          options={CLIENT_AUTHENTICATION}
          value={draft.values.clientAuthentication ?? ''}
          error={problems.find(({ field }) => field === 'clientAuthentication')?.message}
        />
        {renderField('revocationEndpoint', REVOCATION_HINT)}
        {hasLogin && renderField('issuer', ISSUER_HINT)}
        {renderField('reauthorizationErrors', ERRORS_HINT, { rows: 3 })}
        {hasLogin && <PkceField isOff={draft.values.withoutPkce === 'yes'} />}
      </div>
    </details>
  );
}

const REVOCATION_HINT =
  'Optional. Revokes the tokens when the export is disconnected. If it is empty, the address of this system is used, if it has one.';
const ISSUER_HINT = 'Optional. Responses must then name exactly this issuer (RFC 9207).';
const ERRORS_HINT =
  'Optional. Values of “error” with which this system says that the authorization has ended, besides the standard ones. One per line.';

/** The check box switches PKCE off, so that a form without it leaves PKCE on. */
function PkceField({ isOff }: { readonly isOff: boolean }) {
  return (
    <FieldGroup id="withoutPkce" legend={FIELD_LABELS.withoutPkce} error={undefined} class="wide">
      <label class="option">
        <input type="checkbox" name="withoutPkce" value="yes" checked={isOff} />
        <OptionText
          name="Log in without PKCE"
          meaning="Less safe. Select it only for a system that rejects the parameters of PKCE (RFC 7636)."
        />
      </label>
    </FieldGroup>
  );
}
