import type { GrantType, NewConnection } from '../model/connection-settings.js';
import type { ExportIssue } from '../model/export-error.js';
import { PRESETS } from './presets.js';

type Setting = keyof NewConnection;

/** Which settings each grant type must have. A preset may know the endpoints. */
const REQUIRED: Readonly<Record<GrantType, readonly Setting[]>> = {
  authorization_code: ['authorizationEndpoint', 'tokenEndpoint', 'clientId', 'clientSecret'],
  client_credentials: ['tokenEndpoint', 'clientId', 'clientSecret'],
  none: [],
};

const LOGIN_SETTINGS: readonly Setting[] = ['authorizationEndpoint', 'issuer', 'pkce'];

/** Which settings each grant type must not have, because they would have no effect. */
const FORBIDDEN: Readonly<Record<GrantType, readonly Setting[]>> = {
  authorization_code: ['header'],
  client_credentials: [...LOGIN_SETTINGS, 'header'],
  none: [
    ...LOGIN_SETTINGS,
    ...(['tokenEndpoint', 'revocationEndpoint', 'clientId', 'clientSecret'] as const),
    ...(['clientAuthentication', 'scopes', 'reauthorizationErrors'] as const),
  ],
};

export const GRANT_TYPES = Object.keys(REQUIRED) as GrantType[];

/** Finds settings that are missing, or that the grant type of the input has no use for. */
export function findGrantFaults(
  input: Readonly<Record<string, unknown>>,
  options: { readonly needsSecret: boolean },
): readonly ExportIssue[] {
  const { grantType = 'authorization_code', preset, destination } = input;
  const type = GRANT_TYPES.find((each) => each === grantType);
  if (type === undefined) return [];
  const isMissing = (name: Setting): boolean =>
    input[name] === undefined &&
    !(name.endsWith('Endpoint') && hasEndpoints(preset)) &&
    (name !== 'clientSecret' || options.needsSecret);
  const missing = REQUIRED[type].filter(isMissing);
  const surplus = FORBIDDEN[type].filter((name) => input[name] !== undefined);
  const isWebhook = (destination as { kind?: unknown } | undefined)?.kind === 'webhook';
  return [
    ...missing.map((path) => ({ path, message: 'must be given' })),
    ...surplus.map((path) => ({ path, message: `must not be given with the grant type ${type}` })),
    ...(type === 'none' && !isWebhook
      ? [{ path: 'destination.kind', message: 'must be webhook with the grant type none' }]
      : []),
  ];
}

function hasEndpoints(preset: unknown): boolean {
  const known = Object.entries(PRESETS).find(([name]) => name === preset);
  return known?.[1].endpoints !== undefined;
}
