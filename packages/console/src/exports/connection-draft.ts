import { createHash } from 'node:crypto';
import {
  type Connection,
  type GrantType,
  type PresetName,
  toSalesforceEndpoints,
} from '@mandate/exports';
import type { Form } from '../form.js';
import { FIELD_LABELS, type FieldName } from './field-labels.js';

/** The input of the form, unchecked. It contains the client secret only if the secret was typed. */
export interface ConnectionDraft {
  readonly preset: PresetName;
  readonly grantType: GrantType;
  /** The name of the stored header; its value is never shown. */
  readonly storedHeader?: string | undefined;
  /** The kinds of events; empty for all. */
  readonly exportTypes: readonly string[];
  readonly kind: 'webhook' | 'salesforce';
  readonly values: Readonly<Partial<Record<FieldName, string | undefined>>>;
}

const SALESFORCE_LOGIN = {
  ...toSalesforceEndpoints('login.salesforce.com'),
  revocationEndpoint: '',
  scopes: 'api refresh_token',
};

const SALESFORCE_START = {
  clientAuthentication: 'client_secret_post',
  'destination.object': 'Engagement__c',
  'destination.externalIdField': 'Engagement_Id__c',
  'destination.fields': 'Type__c = engagement.type\nEnded_At__c = engagement.ended_at',
  'destination.apiVersion': 'v62.0',
};

/** The initial form for a new export. */
export function createDraft(preset: PresetName, grantType: GrantType): ConnectionDraft {
  const start = { preset, grantType, exportTypes: [] };
  if (preset === 'salesforce') {
    // Client credentials need the host of the org (My Domain), so they have no default.
    const login = grantType === 'authorization_code' ? SALESFORCE_LOGIN : {};
    return { ...start, kind: 'salesforce', values: { ...login, ...SALESFORCE_START } };
  }
  const clientAuthentication = preset === 'generic' ? 'client_secret_basic' : '';
  return { ...start, kind: 'webhook', values: { clientAuthentication } };
}

/** The initial form for an existing export, without its secrets. */
export function toDraft(connection: Connection): ConnectionDraft {
  const { preset, grantType, destination } = connection;
  return {
    ...{ preset, grantType, kind: destination.kind },
    exportTypes: connection.exportTypes ?? [],
    storedHeader: connection.headerName,
    values: { ...toClientValues(connection), ...toDestinationValues(destination) },
  };
}

type Values = ConnectionDraft['values'];

function toClientValues(connection: Connection): Values {
  const { name, siteId, authorizationEndpoint, tokenEndpoint, clientId } = connection;
  const { clientAuthentication, revocationEndpoint, issuer, headerName } = connection;
  return {
    ...{ name, siteId, authorizationEndpoint, tokenEndpoint, clientId, clientAuthentication },
    ...{ revocationEndpoint, issuer },
    scopes: connection.scopes.join(' '),
    reauthorizationErrors: connection.reauthorizationErrors.join('\n'),
    withoutPkce: connection.pkce ? '' : 'yes',
    'header.name': headerName,
  };
}

function toDestinationValues(destination: Connection['destination']): Values {
  if (destination.kind === 'webhook') return { 'destination.url': destination.url };
  const { object, externalIdField, fields, apiVersion } = destination;
  const lines = Object.entries(fields).map(([field, path]) => `${field} = ${path}`);
  return {
    'destination.object': object,
    'destination.externalIdField': externalIdField,
    'destination.fields': lines.join('\n'),
    'destination.apiVersion': apiVersion,
  };
}

/** Identifies the settings with which a form was opened. */
export function toFingerprint(connection: Connection): string {
  return createHash('sha256')
    .update(JSON.stringify(toDraft(connection)))
    .digest('base64url');
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
