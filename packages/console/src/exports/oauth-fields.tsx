import type { FieldsProps } from './connection-form-fields.js';

/** The endpoints of the provider, and the client that this server is there. */
export function OAuthFields({
  draft,
  renderField,
  hasSecret,
}: FieldsProps & { readonly hasSecret: boolean }) {
  const isSalesforce = draft.preset === 'salesforce';
  const url = { type: 'url', required: true } as const;
  return (
    <fieldset class="group">
      <legend>OAuth</legend>
      {renderField(
        'authorizationEndpoint',
        isSalesforce
          ? 'Ends in /services/oauth2/authorize. The host of a sandbox is test.salesforce.com.'
          : 'The page where users log in and allow access.',
        url,
      )}
      {renderField(
        'tokenEndpoint',
        isSalesforce
          ? 'Ends in /services/oauth2/token, on the same host.'
          : 'The endpoint that issues tokens to this server.',
        url,
      )}
      {renderField(
        'clientId',
        isSalesforce
          ? 'The consumer key of the connected app, also called customer ID.'
          : 'Also called customer ID or consumer key.',
        { required: true },
      )}
      {renderField(
        'clientSecret',
        hasSecret
          ? 'Stored encrypted and never shown. Leave it empty to keep the secret. Enter it again if you change a host.'
          : 'Also called customer secret or consumer secret. Stored encrypted and never shown again.',
        { type: 'password', required: !hasSecret },
      )}
    </fieldset>
  );
}
