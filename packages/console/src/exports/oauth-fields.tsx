import { CopyText } from '../layout/secret-card.js';
import type { FieldsProps } from './connection-form-fields.js';

type Preset = FieldsProps['draft']['preset'];

interface RedirectUriProps {
  readonly redirectUri: string | undefined;
}

/** The endpoints of the provider, and the client that this server is there. */
export function OAuthFields({
  draft,
  renderField,
  hasSecret,
  redirectUri,
}: FieldsProps & RedirectUriProps & { readonly hasSecret: boolean }) {
  const hasLogin = draft.grantType === 'authorization_code';
  const hints = buildHints(draft);
  const url = { type: 'url', required: !hasEndpoints(draft.preset) } as const;
  return (
    <fieldset class="group">
      <legend>OAuth</legend>
      {hasLogin && <CallbackUrl redirectUri={redirectUri} />}
      {hasLogin && renderField('authorizationEndpoint', hints.authorizationEndpoint, url)}
      {renderField('tokenEndpoint', hints.tokenEndpoint, url)}
      {hasLogin && redirectUri === undefined && (
        <div class="wide">
          <button type="submit" name="show" value="callback" class="button" formnovalidate>
            Show callback URL
          </button>
        </div>
      )}
      {renderField('clientId', hints.clientId, { required: true })}
      {renderField('clientSecret', hasSecret ? STORED_SECRET : NEW_SECRET, {
        type: 'password',
        required: !hasSecret,
      })}
    </fieldset>
  );
}

/** The callback URL, or how to find out what it is. */
function CallbackUrl({ redirectUri }: RedirectUriProps) {
  if (redirectUri === undefined) {
    return (
      <p class="hint wide">
        The callback URL depends on the two URLs below. Enter them, and select{' '}
        <em>Show callback URL</em>: the app in the receiving system needs it before it shows an ID
        and a secret.
      </p>
    );
  }
  return (
    <div class="field wide">
      <h2 class="minor">Callback URL</h2>
      <p class="hint">
        Register exactly this URL with your app in the receiving system. The app then shows its ID
        and secret.
      </p>
      <CopyText id="redirect-uri" text={redirectUri} />
    </div>
  );
}

const STORED_SECRET =
  'Stored encrypted and never shown. Leave it empty to keep the secret. Enter it again if you change a host.';
const NEW_SECRET =
  'Also called customer secret or consumer secret. Stored encrypted and never shown again.';

const SALESFORCE_HINTS = {
  authorizationEndpoint:
    'Ends in /services/oauth2/authorize. The host of a sandbox is test.salesforce.com.',
  tokenEndpoint: 'Ends in /services/oauth2/token, on the same host.',
  clientId: 'The consumer key of the connected app, also called customer ID.',
} as const;
const MY_DOMAIN_HINT =
  'Ends in /services/oauth2/token, on the My Domain host of your organization.';

function buildHints({ preset, grantType }: FieldsProps['draft']) {
  if (preset === 'salesforce') {
    return grantType === 'authorization_code'
      ? SALESFORCE_HINTS
      : { ...SALESFORCE_HINTS, tokenEndpoint: MY_DOMAIN_HINT };
  }
  const empty = hasEndpoints(preset) ? 'Leave it empty for the address of this system.' : '';
  return {
    authorizationEndpoint: `The page where users log in and allow access. ${empty}`,
    tokenEndpoint: `The endpoint that issues tokens to this server. ${empty}`,
    clientId: 'Also called customer ID or consumer key.',
  };
}

/** Whether the preset has the endpoints, so that an administrator need not enter them. */
function hasEndpoints(preset: Preset): boolean {
  return preset !== 'salesforce' && preset !== 'generic';
}
