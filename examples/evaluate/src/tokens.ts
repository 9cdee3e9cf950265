import type { Issuer } from './issuer.js';

/** The tokens of the tour by the names of the shell variables that hold them. */
export type Tokens = Readonly<Record<TokenName, string>>;

export type TokenName =
  | 'SEARCH'
  | 'CHAT'
  | 'CHAT_AGENTS'
  | 'GLOBAL'
  | 'ANONYMOUS'
  | 'PRESENCE'
  | 'EXPIRED'
  | 'FORGED';

export async function issueTokens({ issue, forge }: Issuer): Promise<Tokens> {
  const amelia = { subject: 'amelia@example.com', scope: 'SEARCH' };
  return {
    SEARCH: await issue(amelia),
    CHAT: await issue({ ...amelia, scope: 'CHAT' }),
    CHAT_AGENTS: await issue({ ...amelia, scope: 'CHAT AGENTS' }),
    GLOBAL: await issue({ subject: 'reports', scope: 'SEARCH', permission: 'GLOBAL' }),
    ANONYMOUS: await issue({ subject: 'kiosk', scope: 'SEARCH', permission: 'ANONYMOUS' }),
    PRESENCE: await issue({ ...amelia, scope: 'PRESENCE', groupid: '12345' }),
    EXPIRED: await issue({ ...amelia, lifetimeSeconds: -60 }),
    FORGED: await forge(amelia),
  };
}
