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
  reauthorizationErrors: 'Errors that end the authorization',
  withoutPkce: 'PKCE',
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
