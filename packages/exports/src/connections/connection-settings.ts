import type { StoredConnection } from '../store/export-store.js';
import type { CheckedConnection } from './connection-input.js';
import { PRESETS } from './presets.js';
import { deriveRevocationEndpoint } from './provider-endpoints.js';

/** Adds the defaults of the preset to the settings of a connection. */
export function toSettings(checked: CheckedConnection) {
  const { clientSecret: _, ...settings } = checked;
  const preset = PRESETS[checked.preset];
  const authorizationEndpoint =
    settings.authorizationEndpoint ?? preset.endpoints?.authorizationEndpoint ?? '';
  const tokenEndpoint = settings.tokenEndpoint ?? preset.endpoints?.tokenEndpoint ?? '';
  return {
    ...settings,
    authorizationEndpoint,
    tokenEndpoint,
    issuer: settings.issuer,
    revocationEndpoint:
      settings.revocationEndpoint ?? deriveRevocationEndpoint(checked.preset, tokenEndpoint),
    reauthorizationErrors: settings.reauthorizationErrors ?? [],
    clientAuthentication: settings.clientAuthentication ?? preset.clientAuthentication,
    scopes: settings.scopes ?? preset.scopes,
    exportTypes: settings.exportTypes,
  };
}

/**
 * Returns input that leads to the stored settings. A revocation endpoint that the preset derived is left
 * out, so that it is derived again if the token endpoint changes.
 */
export function toInput(stored: StoredConnection): CheckedConnection {
  const { preset, name, siteId, authorizationEndpoint, tokenEndpoint, issuer } = stored;
  const { clientId, clientAuthentication, scopes, destination, exportTypes } = stored;
  const { reauthorizationErrors } = stored;
  const derived = deriveRevocationEndpoint(preset, tokenEndpoint);
  return {
    ...{ preset, name, siteId, authorizationEndpoint, tokenEndpoint, issuer },
    ...{ clientId, clientAuthentication, scopes, destination, exportTypes, reauthorizationErrors },
    revocationEndpoint:
      stored.revocationEndpoint === derived ? undefined : stored.revocationEndpoint,
  };
}
