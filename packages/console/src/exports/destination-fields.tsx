import type { FieldsProps } from './connection-form-fields.js';

/** Where events go, and as what. */
export function DestinationFields({ draft, ask }: FieldsProps) {
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
