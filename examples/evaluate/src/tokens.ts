import type { Permission } from '@mandate/core';
import type { Issuer } from '@mandate/example-local-issuer';

/** The tokens of the tour, and ids of some, by the names of the shell variables that hold them. */
export type Variables = Readonly<Record<TokenName | CreatedName, string>>;

export type TokenName =
  | 'SEARCH'
  | 'CHAT'
  | 'CHAT_AGENTS'
  | 'GLOBAL'
  | 'ANONYMOUS'
  | 'PRESENCE'
  | 'ADMIN'
  | 'EXPIRED'
  | 'FORGED';

/** What the API issues itself: tokens of each permission, and two more with their ids. */
export type CreatedName =
  | 'API_GLOBAL'
  | 'API_USER'
  | 'API_ANONYMOUS'
  | 'ROTATED_ID'
  | 'REVOKED'
  | 'REVOKED_ID';

/** The SSO's tokens. */
export async function issueTokens({
  issue,
  forge,
}: Issuer): Promise<Readonly<Record<TokenName, string>>> {
  const amelia = { subject: 'amelia@example.com', scope: 'SEARCH' };
  return {
    SEARCH: await issue(amelia),
    CHAT: await issue({ ...amelia, scope: 'CHAT' }),
    CHAT_AGENTS: await issue({ ...amelia, scope: 'CHAT AGENTS' }),
    GLOBAL: await issue({ subject: 'reports', scope: 'SEARCH', permission: 'GLOBAL' }),
    ANONYMOUS: await issue({ subject: 'kiosk', scope: 'SEARCH', permission: 'ANONYMOUS' }),
    PRESENCE: await issue({ ...amelia, scope: 'PRESENCE', groupid: '12345' }),
    ADMIN: await issue({ subject: 'root@example.com', scope: 'TOKEN_ADMIN' }),
    EXPIRED: await issue({ ...amelia, lifetimeSeconds: -60 }),
    FORGED: await forge(amelia),
  };
}

/** The API's own tokens, created through its administration. */
export async function createTokens(
  api: string,
  adminToken: string,
): Promise<Readonly<Record<CreatedName, string>>> {
  const create = async (permission: Permission, userEmail?: string): Promise<Created> => {
    const response = await fetch(`${api}/admin/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        description: `evaluation, ${permission}`,
        permission,
        scopes: ['SEARCH'],
        userEmail,
      }),
    });
    if (response.status !== 201) throw new Error(`creating a token answered ${response.status}`);
    return (await response.json()) as Created;
  };
  const rotated = await create('USER', 'maya@example.com');
  const revoked = await create('USER', 'maya@example.com');
  return {
    API_GLOBAL: (await create('GLOBAL')).secret,
    API_USER: (await create('USER', 'amelia@example.com')).secret,
    API_ANONYMOUS: (await create('ANONYMOUS')).secret,
    ROTATED_ID: rotated.token.id,
    REVOKED: revoked.secret,
    REVOKED_ID: revoked.token.id,
  };
}

interface Created {
  readonly token: { readonly id: string };
  readonly secret: string;
}
