import { createHash } from 'node:crypto';
import type { Connection, ExportError, NewConnection, PresetName } from '@mandate/exports';
import { toSalesforceEndpoints } from '@mandate/exports';
import { toSentence } from '../console-error.js';
import type { Form } from '../form.js';
import type { Problem } from '../layout/problem-summary.js';

/** The fields of the form, each by the name that the service has for it, and what is asked for. */
export const FIELD_LABELS = {
  name: 'Name',
  siteId: 'Site ID',
  authorizationEndpoint: 'Authorization URL',
  tokenEndpoint: 'Access token URL',
  clientId: 'Customer ID',
  clientSecret: 'Customer secret',
  scopes: 'Scopes',
  clientAuthentication: 'How the secret is sent',
  revocationEndpoint: 'Revocation URL',
  issuer: 'Issuer',
  'destination.url': 'Webhook URL',
  'destination.object': 'Object',
  'destination.externalIdField': 'External ID field',
  'destination.fields': 'Fields',
  'destination.apiVersion': 'API version',
} as const;

export type FieldName = keyof typeof FIELD_LABELS;

/** A connection as it was typed. The secret is in it only on its way in. */
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

/** What the form of a new export starts with. */
export function createDraft(preset: PresetName): ConnectionDraft {
  return preset === 'salesforce'
    ? { preset, kind: 'salesforce', values: SALESFORCE_START }
    : { preset, kind: 'webhook', values: { clientAuthentication: 'client_secret_basic' } };
}

/** What the form of an existing export starts with: everything but its secret. */
export function toDraft(connection: Connection): ConnectionDraft {
  const { preset, destination, scopes, issuer = '' } = connection;
  const { name, siteId, authorizationEndpoint, tokenEndpoint, clientId } = connection;
  const { clientAuthentication } = connection;
  const shared = {
    ...{ name, siteId, authorizationEndpoint, tokenEndpoint, clientId, clientAuthentication },
    ...{ revocationEndpoint: readRevocationEndpoint(connection), issuer },
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

/** Tells whether settings are those that a form was opened with. */
export function toFingerprint(connection: Connection): string {
  return createHash('sha256')
    .update(JSON.stringify(toDraft(connection)))
    .digest('base64url');
}

/** Empty where the preset derives it, so that it follows when the access token URL is changed. */
function readRevocationEndpoint({ preset, tokenEndpoint, revocationEndpoint = '' }: Connection) {
  const derived = tokenEndpoint.replace(/\/token$/, '/revoke');
  return preset === 'salesforce' && revocationEndpoint === derived ? '' : revocationEndpoint;
}

export function readDraft(
  form: Form,
  { preset, kind }: Pick<ConnectionDraft, 'preset' | 'kind'>,
): ConnectionDraft {
  const names = Object.keys(FIELD_LABELS) as FieldName[];
  return { preset, kind, values: Object.fromEntries(names.map((name) => [name, form.text(name)])) };
}

/** What the service is asked for. Whether that may be, it decides itself. */
export function toNewConnection({ preset, kind, values }: ConnectionDraft): NewConnection {
  const read = (name: FieldName): string => values[name] ?? '';
  const optional = (name: FieldName): string | undefined => read(name) || undefined;
  return {
    preset,
    name: read('name'),
    siteId: read('siteId'),
    authorizationEndpoint: read('authorizationEndpoint'),
    tokenEndpoint: read('tokenEndpoint'),
    clientId: read('clientId'),
    // Left empty, an existing one stays; a new export is refused without.
    clientSecret: optional('clientSecret') as string,
    revocationEndpoint: optional('revocationEndpoint'),
    issuer: optional('issuer'),
    scopes: read('scopes').split(/\s+/).filter(Boolean),
    clientAuthentication: optional('clientAuthentication') as NewConnection['clientAuthentication'],
    destination:
      kind === 'webhook'
        ? { kind, url: read('destination.url') }
        : {
            kind,
            object: read('destination.object'),
            externalIdField: read('destination.externalIdField'),
            fields: readFields(read('destination.fields')),
            apiVersion: read('destination.apiVersion'),
          },
  };
}

/** `Type__c = engagement.type`, one a line. What is no such line becomes a field that is refused. */
function readFields(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [field = '', ...path] = line.split('=');
      return [field.trim(), path.join('=').trim()];
    }),
  );
}

/** What the service refused, each at the field that it is about. */
export function toProblems({ message, issues }: ExportError): readonly Problem[] {
  if (issues.length === 0) return [{ field: '', message: toSentence(message) }];
  return issues.map(({ path, message: what }) => {
    const names = Object.keys(FIELD_LABELS) as FieldName[];
    // `scopes.0`, `destination.fields.Type__c`: lists have one field for all that is in them.
    const name = names.find((one) => path === one || path.startsWith(`${one}.`));
    if (name === undefined) return { field: '', message: toSentence(`${path} ${what}`) };
    const rest = path.slice(name.length + 1);
    const part = /^\d*$/.test(rest) ? '' : `${rest}: `;
    return { field: name, label: FIELD_LABELS[name], message: toSentence(part + what) };
  });
}
