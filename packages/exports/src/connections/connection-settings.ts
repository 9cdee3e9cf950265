import type { GrantType, NewConnection } from '../model/connection-settings.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { CheckedConnection } from './connection-input.js';
import { PRESETS } from './presets.js';
import { deriveRevocationEndpoint } from './provider-endpoints.js';

/** Adds the defaults of the preset to the settings of a connection. */
export function toSettings(checked: CheckedConnection) {
  const { clientSecret: _, header: __, ...settings } = checked;
  const { grantType = 'authorization_code' } = settings;
  const preset = PRESETS[checked.preset];
  const { authorizationEndpoint, tokenEndpoint } = toEndpoints(settings, grantType);
  const derived = tokenEndpoint && deriveRevocationEndpoint(checked.preset, tokenEndpoint);
  return {
    ...settings,
    grantType,
    authorizationEndpoint,
    tokenEndpoint,
    issuer: settings.issuer,
    clientId: settings.clientId,
    revocationEndpoint: settings.revocationEndpoint ?? derived,
    reauthorizationErrors: settings.reauthorizationErrors ?? [],
    pkce: settings.pkce ?? true,
    clientAuthentication: settings.clientAuthentication ?? preset.clientAuthentication,
    scopes: settings.scopes ?? (grantType === 'authorization_code' ? preset.scopes : []),
    exportTypes: settings.exportTypes,
  };
}

function toEndpoints(
  settings: Pick<NewConnection, 'preset' | 'authorizationEndpoint' | 'tokenEndpoint'>,
  grantType: GrantType,
) {
  const { endpoints } = PRESETS[settings.preset];
  const { authorizationEndpoint = endpoints?.authorizationEndpoint } = settings;
  const { tokenEndpoint = endpoints?.tokenEndpoint } = settings;
  return {
    authorizationEndpoint: grantType === 'authorization_code' ? authorizationEndpoint : undefined,
    tokenEndpoint: grantType === 'none' ? undefined : tokenEndpoint,
  };
}

/**
 * Returns input that leads to the stored settings. A revocation endpoint that the preset derived is left
 * out, so that it is derived again if the token endpoint changes.
 */
export function toInput(stored: StoredConnection): CheckedConnection {
  const { preset, grantType, name, siteId, destination, exportTypes } = stored;
  const common = { preset, grantType, name, siteId, destination, exportTypes };
  if (grantType === 'none') return common;
  const { tokenEndpoint, issuer, clientId, clientAuthentication, scopes } = stored;
  const { authorizationEndpoint, reauthorizationErrors, pkce } = stored;
  const derived = tokenEndpoint && deriveRevocationEndpoint(preset, tokenEndpoint);
  return {
    ...common,
    ...{ tokenEndpoint, clientId, clientAuthentication, scopes, reauthorizationErrors },
    ...(grantType === 'authorization_code' ? { authorizationEndpoint, issuer, pkce } : {}),
    revocationEndpoint:
      stored.revocationEndpoint === derived ? undefined : stored.revocationEndpoint,
  };
}
