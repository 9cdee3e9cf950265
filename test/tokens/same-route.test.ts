import { createGuard } from '@mandate/core';
import { expect, test } from 'vitest';
import { verifierFor } from '../support/judge-token.js';
import { listen } from '../support/listen.js';
import { fixtureKey, signToken, toKeySet } from '../support/tokens.js';
import { createIssuing, SUPER_ADMIN } from './issue.js';
import { HOSTS } from './same-route-hosts.js';

test.each(HOSTS)(
  'on %s issued tokens and JWTs use the same routes through the same guard',
  async (_, serve) => {
    const { authority, verifier, issue } = createIssuing();
    const guard = createGuard({
      verifiers: [verifier, verifierFor({ keys: toKeySet(await fixtureKey()) })],
      endpoints: { 'GET /search': { scopes: ['SEARCH'] } },
    });
    const origin = await listen(serve(guard));
    const ask = async (token: string, headers: Readonly<Record<string, string>> = {}) => {
      const sent = { authorization: `Bearer ${token}`, ...headers };
      const response = await fetch(`${origin}/search`, { headers: sent });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const user = await issue();
    const global = await issue({ permission: 'GLOBAL', userEmail: undefined });
    const other = await issue({ scopes: ['CHAT'] });

    expect(await ask(await signToken())).toMatchObject({ status: 200 });
    expect(await ask(user.secret)).toEqual({
      status: 200,
      body: { subject: 'ada@example.com', by: user.token.id },
    });
    const actAs = { 'x-glean-actas': 'bob@example.com' };
    expect(await ask(global.secret, actAs)).toEqual({
      status: 200,
      body: { subject: 'bob@example.com', by: global.token.id },
    });
    expect(await ask(global.secret)).toMatchObject({ body: { code: 'act_as_required' } });
    expect(await ask(user.secret, actAs)).toMatchObject({ body: { code: 'act_as_forbidden' } });
    expect(await ask(other.secret)).toMatchObject({
      status: 403,
      body: { code: 'scope_required' },
    });
    await authority.revoke(user.token.id, SUPER_ADMIN);
    expect(await ask(user.secret)).toMatchObject({ status: 401, body: { code: 'token_revoked' } });
  },
);
