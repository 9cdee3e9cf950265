import type { StoredConnection } from '../store/export-store.js';
import type { CheckedConnection } from './connection-input.js';
import { deriveRevocationEndpoint, PRESETS } from './preset.js';

/** The settings of a connection, with what its preset adds. */
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
  };
}

/** What could have been filled in to arrive at that. What the preset derives is derived anew. */
export function toInput(stored: StoredConnection): CheckedConnection {
  const { preset, name, siteId, authorizationEndpoint, tokenEndpoint, issuer } = stored;
  const { clientId, clientAuthentication, scopes, destination } = stored;
  const derived = deriveRevocationEndpoint(preset, tokenEndpoint);
  return {
    ...{ preset, name, siteId, authorizationEndpoint, tokenEndpoint, issuer },
    ...{ clientId, clientAuthentication, scopes, destination },
    revocationEndpoint:
      stored.revocationEndpoint === derived ? undefined : stored.revocationEndpoint,
  };
}
