import type { FieldsProps } from './connection-form-fields.js';

/** The provider, and how this server is known there. */
export function OAuthFields({
  draft,
  ask,
  hasSecret,
}: FieldsProps & { readonly hasSecret: boolean }) {
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
          ? 'It is stored and never shown. Leave this empty to keep it; for another host, give it again.'
          : 'Stored encrypted, and never shown again.',
        { type: 'password', required: !hasSecret },
      )}
    </fieldset>
  );
}
