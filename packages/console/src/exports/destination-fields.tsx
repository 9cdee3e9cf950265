import type { FieldsProps } from './connection-form-fields.js';

/** The receiver of events and the form of their records. */
export function DestinationFields({ draft, renderField }: FieldsProps) {
  const required = { required: true } as const;
  return (
    <fieldset class="group">
      <legend>Delivery</legend>
      {draft.kind === 'webhook' ? (
        <>
          {renderField(
            'destination.url',
            draft.grantType === 'none'
              ? 'Receives each event as a signed JSON POST request.'
              : 'Receives each event as a signed JSON POST request with the access token.',
            { type: 'url', required: true },
          )}
          {draft.grantType === 'none' && (
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
          )}
        </>
      ) : (
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
            {
              rows: 5,
            },
          )}
          {renderField('destination.apiVersion', undefined, required)}
        </>
      )}
    </fieldset>
  );
}
