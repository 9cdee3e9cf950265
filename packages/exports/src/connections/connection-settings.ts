import type { StoredConnection } from '../store/export-store.js';
import type { CheckedConnection } from './connection-input.js';
import { deriveRevocationEndpoint, PRESETS } from './preset.js';

/** Adds the defaults of the preset to the settings of a connection. */
export function toSettings(checked: CheckedConnection) {
  const { clientSecret: _, ...settings } = checked;
  const preset = PRESETS[checked.preset];
  return {
    ...settings,
    issuer: settings.issuer,
    revocationEndpoint:
      settings.revocationEndpoint ??
      deriveRevocationEndpoint(checked.preset, checked.tokenEndpoint),
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
  const derived = deriveRevocationEndpoint(preset, tokenEndpoint);
  return {
    ...{ preset, name, siteId, authorizationEndpoint, tokenEndpoint, issuer },
    ...{ clientId, clientAuthentication, scopes, destination, exportTypes },
    revocationEndpoint:
      stored.revocationEndpoint === derived ? undefined : stored.revocationEndpoint,
  };
}
