import type { FieldsProps } from './connection-form-fields.js';

/** The receiver of events and the form of their records. */
export function DestinationFields({ draft, renderField }: FieldsProps) {
  const Fields = draft.kind === 'webhook' ? WebhookFields : SalesforceFields;
  return (
    <fieldset class="group">
      <legend>Delivery</legend>
      <Fields draft={draft} renderField={renderField} />
    </fieldset>
  );
}

function WebhookFields({ draft, renderField }: FieldsProps) {
  const hasTokens = draft.grantType !== 'none';
  return (
    <>
      {renderField(
        'destination.url',
        `Receives each event as a signed JSON POST request${hasTokens ? ' with the access token' : ''}.`,
        { type: 'url', required: true },
      )}
      {!hasTokens && <HeaderFields draft={draft} renderField={renderField} />}
    </>
  );
}

function HeaderFields({ draft, renderField }: FieldsProps) {
  return (
    <>
      {renderField(
        'header.name',
        'Optional. A header that every request has, such as Authorization.',
      )}
      {renderField(
        'header.value',
        draft.storedHeader === undefined
          ? 'Stored encrypted and never shown again.'
          : 'Stored encrypted and never shown. Leave it empty to keep the value. Enter it again if you change the host.',
        { type: 'password' },
      )}
    </>
  );
}

function SalesforceFields({ renderField }: FieldsProps) {
  const required = { required: true } as const;
  return (
    <>
      {renderField(
        'destination.object',
        'API name of the object. Each engagement becomes one record.',
        required,
      )}
      {renderField(
        'destination.externalIdField',
        'API name of the field of this object that is marked External ID and Unique.',
        required,
      )}
      {renderField(
        'destination.fields',
        'One per line: API name = path of the value in the event.',
        { rows: 5 },
      )}
      {renderField('destination.apiVersion', undefined, required)}
    </>
  );
}
