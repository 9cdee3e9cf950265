import type { GrantType, PresetName } from '@mandate/exports';

/** A system that an export can be added for, and how access tokens are obtained from it. */
export interface System {
  readonly preset: PresetName;
  readonly grantType: GrantType;
  readonly title: string;
  readonly hint: string;
}

const LOGIN = 'Posts signed events to a webhook, with the access token of a log-in at this system.';

/** What an export can be added for. */
export const SYSTEMS: readonly System[] = [
  {
    ...({ preset: 'salesforce', grantType: 'authorization_code' } as const),
    ...{ title: 'Salesforce', hint: 'Writes one record per engagement.' },
  },
  {
    ...({ preset: 'salesforce', grantType: 'client_credentials' } as const),
    title: 'Salesforce without a log-in',
    hint: 'Writes one record per engagement, with client credentials.',
  },
  ...(['hubspot', 'zoho', 'slack', 'google', 'microsoft'] as const).map((preset) => ({
    ...({ preset, grantType: 'authorization_code' } as const),
    ...{ title: toTitle(preset), hint: LOGIN },
  })),
  {
    ...({ preset: 'generic', grantType: 'authorization_code' } as const),
    title: 'Another system',
    hint: 'Posts signed events to a webhook, with an OAuth 2.0 access token of a log-in.',
  },
  {
    ...({ preset: 'generic', grantType: 'client_credentials' } as const),
    title: 'Another system without a log-in',
    hint: 'Posts signed events to a webhook, with an OAuth 2.0 access token for client credentials.',
  },
  {
    ...({ preset: 'generic', grantType: 'none' } as const),
    title: 'Webhook without OAuth',
    hint: 'Posts signed events to a webhook, with a fixed header if it needs one.',
  },
];

function toTitle(preset: string): string {
  return preset === 'hubspot' ? 'HubSpot' : preset.charAt(0).toUpperCase() + preset.slice(1);
}

/** Without a grant type, a person logs in. */
export function parseSystem(preset = '', grantType = ''): System | undefined {
  const chosen = grantType || 'authorization_code';
  return SYSTEMS.find((one) => one.preset === preset && one.grantType === chosen);
}
