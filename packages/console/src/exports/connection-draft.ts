import { createHash } from 'node:crypto';
import type { Connection, ExportError, NewConnection, PresetName } from '@mandate/exports';
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
export function createDraft(preset: PresetName): ConnectionDraft {
  return preset === 'salesforce'
    ? { preset, kind: 'salesforce', values: SALESFORCE_START }
    : { preset, kind: 'webhook', values: { clientAuthentication: 'client_secret_basic' } };
}

/** The initial form for an existing export, without its secret. */
export function toDraft(connection: Connection): ConnectionDraft {
  const { preset, destination, scopes, issuer = '' } = connection;
  const { name, siteId, authorizationEndpoint = '', tokenEndpoint = '' } = connection;
  const { clientId = '' } = connection;
  const { clientAuthentication } = connection;
  const shared = {
    ...{ name, siteId, authorizationEndpoint, tokenEndpoint, clientId, clientAuthentication },
    ...{ revocationEndpoint: toRevocationField(connection), issuer },
    scopes: scopes.join(' '),
  };
  if (destination.kind === 'webhook') {
    return { preset, kind: 'webhook', values: { ...shared, 'destination.url': destination.url } };
  }
  const lines = Object.entries(destination.fields).map(([field, path]) => `${field} = ${path}`);
  const values = {
    'destination.object': destination.object,
    'destination.externalIdField': destination.externalIdField,
    'destination.fields': lines.join('\n'),
    'destination.apiVersion': destination.apiVersion,
  };
  return { preset, kind: 'salesforce', values: { ...shared, ...values } };
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
  { preset, kind }: Pick<ConnectionDraft, 'preset' | 'kind'>,
): ConnectionDraft {
  const names = Object.keys(FIELD_LABELS) as FieldName[];
  return { preset, kind, values: Object.fromEntries(names.map((name) => [name, form.text(name)])) };
}

/** Converts the input to a request to the service, which checks it. */
export function toNewConnection({ preset, kind, values }: ConnectionDraft): NewConnection {
  const get = (name: FieldName): string => values[name] ?? '';
  const optional = (name: FieldName): string | undefined => get(name) || undefined;
  return {
    preset,
    name: get('name'),
    siteId: get('siteId'),
    authorizationEndpoint: get('authorizationEndpoint'),
    tokenEndpoint: get('tokenEndpoint'),
    clientId: get('clientId'),
    // Empty keeps the stored secret; a new export without a secret is rejected.
    clientSecret: optional('clientSecret') as string,
    revocationEndpoint: optional('revocationEndpoint'),
    issuer: optional('issuer'),
    scopes: get('scopes').split(/\s+/).filter(Boolean),
    clientAuthentication: optional('clientAuthentication') as NewConnection['clientAuthentication'],
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
    const name = names.find((one) => path === one || path.startsWith(`${one}.`));
    if (name === undefined) return { field: '', message: toSentence(`${path} ${text}`) };
    const rest = path.slice(name.length + 1);
    const part = /^\d*$/.test(rest) ? '' : `${rest}: `;
    return { field: name, label: FIELD_LABELS[name], message: toSentence(part + text) };
  });
}
