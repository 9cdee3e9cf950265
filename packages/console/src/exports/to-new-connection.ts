import type { ExportType, NewConnection } from '@mandate/exports';
import type { ConnectionDraft } from './connection-draft.js';
import type { FieldName } from './field-labels.js';

/** Converts the input to a request to the service, which checks it. */
export function toNewConnection(draft: ConnectionDraft): NewConnection {
  const { preset, grantType, kind, values, exportTypes } = draft;
  const get = (name: FieldName): string => values[name] ?? '';
  return {
    preset,
    grantType,
    name: get('name'),
    siteId: get('siteId'),
    ...(grantType === 'none' ? toHeader(draft) : toClient(draft)),
    ...(grantType === 'authorization_code' ? toLogin(draft) : {}),
    exportTypes: exportTypes.length === 0 ? undefined : (exportTypes as readonly ExportType[]),
    destination:
      kind === 'webhook'
        ? { kind, url: get('destination.url') }
        : {
            kind,
            object: get('destination.object'),
            externalIdField: get('destination.externalIdField'),
            fields: parseFieldMapping(get('destination.fields')),
            apiVersion: get('destination.apiVersion'),
          },
  };
}

type Settings = Partial<NewConnection>;

/** The client at the provider, which every grant type of OAuth has. Empty fields take the preset's values. */
function toClient({ preset, values }: ConnectionDraft): Settings {
  const scopes = (values.scopes ?? '').split(/\s+/).filter(Boolean);
  const errors = (values.reauthorizationErrors ?? '').split('\n').map((line) => line.trim());
  return {
    tokenEndpoint: values.tokenEndpoint || undefined,
    clientId: values.clientId || undefined,
    // Empty keeps the stored secret; a new export without a secret is rejected.
    clientSecret: values.clientSecret || undefined,
    revocationEndpoint: values.revocationEndpoint || undefined,
    scopes: scopes.length === 0 && preset !== 'generic' ? undefined : scopes,
    reauthorizationErrors: errors.filter((error) => error !== ''),
    clientAuthentication: (values.clientAuthentication ||
      undefined) as NewConnection['clientAuthentication'],
  };
}

function toLogin({ values }: ConnectionDraft): Settings {
  return {
    authorizationEndpoint: values.authorizationEndpoint || undefined,
    issuer: values.issuer || undefined,
    // A form without the check box leaves PKCE on.
    pkce: values.withoutPkce !== 'yes',
  };
}

/** An empty value keeps the value of the stored header, and an empty name removes the header. */
function toHeader({ storedHeader, values }: ConnectionDraft): Settings {
  const { 'header.name': name = '', 'header.value': value = '' } = values;
  if (value === '' && name !== '' && name === storedHeader) return {};
  return { header: name === '' && value === '' ? undefined : { name, value } };
}

/** Parses lines of `Type__c = engagement.type`. An invalid line becomes a field that the service rejects. */
function parseFieldMapping(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [field = '', ...path] = line.split('=');
      return [field.trim(), path.join('=').trim()];
    }),
  );
}
