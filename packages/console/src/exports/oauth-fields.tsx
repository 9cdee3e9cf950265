import { CopyText } from '../layout/secret-card.js';
import type { FieldsProps } from './connection-form-fields.js';

/** The endpoints of the provider, and the client that this server is there. */
export function OAuthFields({
  draft,
  renderField,
  hasSecret,
  redirectUri,
}: FieldsProps & { readonly hasSecret: boolean; readonly redirectUri: string | undefined }) {
  const isPreset = draft.preset !== 'salesforce' && draft.preset !== 'generic';
  const hasLogin = draft.grantType === 'authorization_code';
  const isSalesforce = draft.preset === 'salesforce';
  const url = { type: 'url', required: !isPreset } as const;
  const preset = 'Leave it empty for the address of this system.';
  return (
    <fieldset class="group">
      <legend>OAuth</legend>
      {hasLogin && redirectUri === undefined && (
        <p class="hint wide">
          The callback URL depends on the two URLs below. Enter them, and select{' '}
          <em>Show callback URL</em>: the app in the receiving system needs it before it shows an ID
          and a secret.
        </p>
      )}
      {hasLogin && redirectUri !== undefined && (
        <div class="field wide">
          <h2 class="minor">Callback URL</h2>
          <p class="hint">
            Register exactly this URL with your app in the receiving system. The app then shows its
            ID and secret.
          </p>
          <CopyText id="redirect-uri" text={redirectUri} />
        </div>
      )}
      {hasLogin &&
        renderField(
          'authorizationEndpoint',
          isSalesforce
            ? 'Ends in /services/oauth2/authorize. The host of a sandbox is test.salesforce.com.'
            : `The page where users log in and allow access. ${isPreset ? preset : ''}`,
          url,
        )}
      {renderField(
        'tokenEndpoint',
        isSalesforce
          ? 'Ends in /services/oauth2/token, on the same host.'
          : `The endpoint that issues tokens to this server. ${isPreset ? preset : ''}`,
        url,
      )}
      {hasLogin && redirectUri === undefined && (
        <div class="wide">
          <button type="submit" name="show" value="callback" class="button" formnovalidate>
            Show callback URL
          </button>
        </div>
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
