import { createHash } from 'node:crypto';
import type {
  Connection,
  ExportError,
  ExportType,
  GrantType,
  NewConnection,
  PresetName,
} from '@mandate/exports';
import { toSalesforceEndpoints } from '@mandate/exports';
import { toSentence } from '../console-error.js';
import type { Form } from '../form.js';
import type { Problem } from '../layout/problem-summary.js';

/** The labels of the form, by the names of the fields in the service. */
export const FIELD_LABELS = {
  name: 'Name',
  siteId: 'Site ID',
  authorizationEndpoint: 'Authorization URL',
  tokenEndpoint: 'Access token URL',
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  scopes: 'Scopes',
  clientAuthentication: 'Client authentication',
  revocationEndpoint: 'Revocation URL',
  issuer: 'Issuer',
  exportTypes: 'Events',
  'header.name': 'Header name',
  'header.value': 'Header value',
  'destination.url': 'Webhook URL',
  'destination.object': 'Object',
  'destination.externalIdField': 'External ID field',
  'destination.fields': 'Fields',
  'destination.apiVersion': 'API version',
} as const;

export type FieldName = keyof typeof FIELD_LABELS;

/** The input of the form, unchecked. It contains the client secret only if the secret was typed. */
export interface ConnectionDraft {
  readonly preset: PresetName;
  readonly grantType: GrantType;
  /** The name of the stored header; its value is never shown. */
  readonly storedHeader?: string | undefined;
  /** The kinds of events; empty for all. */
  readonly exportTypes: readonly string[];
  readonly kind: 'webhook' | 'salesforce';
  readonly values: Readonly<Partial<Record<FieldName, string>>>;
}

const SALESFORCE_START = {
  ...toSalesforceEndpoints('login.salesforce.com'),
  revocationEndpoint: '',
  scopes: 'api refresh_token',
  clientAuthentication: 'client_secret_post',
  'destination.object': 'Engagement__c',
  'destination.externalIdField': 'Engagement_Id__c',
  'destination.fields': 'Type__c = engagement.type\nEnded_At__c = engagement.ended_at',
  'destination.apiVersion': 'v62.0',
};

/** The initial form for a new export. */
export function createDraft(preset: PresetName, grantType: GrantType): ConnectionDraft {
  const start = { preset, grantType, exportTypes: [] };
  if (preset === 'salesforce') return { ...start, kind: 'salesforce', values: SALESFORCE_START };
  const clientAuthentication = preset === 'generic' ? 'client_secret_basic' : '';
  return { ...start, kind: 'webhook', values: { clientAuthentication } };
}

/** The initial form for an existing export, without its secret. */
export function toDraft(connection: Connection): ConnectionDraft {
  const { preset, grantType, destination, scopes, issuer = '', headerName = '' } = connection;
  const exportTypes = connection.exportTypes ?? [];
  const start = { preset, grantType, exportTypes, storedHeader: connection.headerName };
  const { name, siteId, authorizationEndpoint = '', tokenEndpoint = '' } = connection;
  const { clientId = '' } = connection;
  const { clientAuthentication } = connection;
  const shared = {
    ...{ name, siteId, authorizationEndpoint, tokenEndpoint, clientId, clientAuthentication },
    ...{ revocationEndpoint: toRevocationField(connection), issuer },
    scopes: scopes.join(' '),
    'header.name': headerName,
  };
  if (destination.kind === 'webhook') {
    const values = { ...shared, 'destination.url': destination.url };
    return { ...start, kind: 'webhook', values };
  }
  const lines = Object.entries(destination.fields).map(([field, path]) => `${field} = ${path}`);
  const values = {
    'destination.object': destination.object,
    'destination.externalIdField': destination.externalIdField,
    'destination.fields': lines.join('\n'),
    'destination.apiVersion': destination.apiVersion,
  };
  return { ...start, kind: 'salesforce', values: { ...shared, ...values } };
}

/** Identifies the settings with which a form was opened. */
export function toFingerprint(connection: Connection): string {
  return createHash('sha256')
    .update(JSON.stringify(toDraft(connection)))
    .digest('base64url');
}

/** Empty if the preset derives the URL, so that it follows a change of the access token URL. */
function toRevocationField({ preset, tokenEndpoint = '', revocationEndpoint = '' }: Connection) {
  const derived = tokenEndpoint.replace(/\/token$/, '/revoke');
  return preset === 'salesforce' && revocationEndpoint === derived ? '' : revocationEndpoint;
}

export function parseDraft(
  form: Form,
  start: Omit<ConnectionDraft, 'values' | 'exportTypes'>,
): ConnectionDraft {
  const names = Object.keys(FIELD_LABELS) as FieldName[];
  return {
    ...start,
    exportTypes: form.choices('exportTypes'),
    values: Object.fromEntries(names.map((name) => [name, form.text(name)])),
  };
}

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
  return {
    tokenEndpoint: values.tokenEndpoint || undefined,
    clientId: values.clientId || undefined,
    // Empty keeps the stored secret; a new export without a secret is rejected.
    clientSecret: values.clientSecret || undefined,
    revocationEndpoint: values.revocationEndpoint || undefined,
    scopes: scopes.length === 0 && preset !== 'generic' ? undefined : scopes,
    clientAuthentication: (values.clientAuthentication ||
      undefined) as NewConnection['clientAuthentication'],
  };
}

function toLogin({ values }: ConnectionDraft): Settings {
  return {
    authorizationEndpoint: values.authorizationEndpoint || undefined,
    issuer: values.issuer || undefined,
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

/** Assigns the problems that the service reports to the fields of the form. */
export function toProblems({ message, issues }: ExportError): readonly Problem[] {
  if (issues.length === 0) return [{ field: '', message: toSentence(message) }];
  return issues.map(({ path, message: text }) => {
    const names = Object.keys(FIELD_LABELS) as FieldName[];
    // `scopes.0` and `destination.fields.Type__c` belong to the fields `scopes` and `destination.fields`.
    const name =
      path === 'header'
        ? 'header.value'
        : names.find((one) => path === one || path.startsWith(`${one}.`));
    if (name === undefined) return { field: '', message: toSentence(`${path} ${text}`) };
    const rest = path === 'header' ? '' : path.slice(name.length + 1);
    const part = /^\d*$/.test(rest) ? '' : `${rest}: `;
    return { field: name, label: FIELD_LABELS[name], message: toSentence(part + text) };
  });
}
