import { describe, expect, test } from 'vitest';
import { createCrmWorld, SESSION } from './support/crm-world.js';

const CALLBACK = 'https://app.example.com/exports/callback/';

describe('a redirect URI', () => {
  test('is shared by the connections of one authorization server', async () => {
    const { connections, fillIn, crm } = await createCrmWorld();
    const own = { clientId: 'another', authorizationEndpoint: `${crm.authorizationEndpoint}?a=b` };
    const first = await connections.create(fillIn());
    const second = await connections.create(fillIn({ ...own, siteId: 'site-2' }));
    expect(second.connection.redirectUri).toBe(first.connection.redirectUri);
    expect(first.connection.redirectUri).toMatch(
      /^https:\/\/app\.example\.com\/exports\/callback\//,
    );
  });

  test.each(['authorizationEndpoint', 'tokenEndpoint'])(
    'is another one with another %s',
    async (name) => {
      const { connections, fillIn } = await createCrmWorld();
      const first = await connections.create(fillIn());
      const other = await connections.create(fillIn({ [name]: 'https://evil.example.com/oauth' }));
      expect(other.connection.redirectUri).not.toBe(first.connection.redirectUri);
    },
  );

  test('is known before an id and a secret are filled in', async () => {
    const { connections, fillIn } = await createCrmWorld();
    const { preset, authorizationEndpoint, tokenEndpoint } = fillIn();
    const known = connections.toRedirectUri({ preset, authorizationEndpoint, tokenEndpoint });
    expect((await connections.create(fillIn())).connection.redirectUri).toBe(known);
    expect(connections.toRedirectUri({ preset: 'hubspot' })).toMatch(CALLBACK);
    expect(connections.toRedirectUri({ preset: 'generic' })).toBeUndefined();
    expect(
      connections.toRedirectUri({
        preset: 'generic',
        authorizationEndpoint: 'a',
        tokenEndpoint: 'b',
      }),
    ).toBeUndefined();
  });

  test('leads to the connection that the state names', async () => {
    const { crm, connections, configure } = await createCrmWorld();
    const ids = [await configure(), await configure({ siteId: 'site-2' })];
    const serverId =
      (await connections.get(ids[0] ?? '')).redirectUri?.slice(CALLBACK.length) ?? '';
    for (const id of ids) {
      const back = await crm.approve(await connections.authorize(id, SESSION, 'ada'));
      expect(await connections.findByState(back.searchParams)).toMatchObject({ id });
      const end = () => connections.finishAuthorization(serverId, back.searchParams, SESSION);
      expect(await end()).toBe('authorized');
      expect(await end()).toBe('state_unknown');
    }
    expect(await connections.list()).toMatchObject([{ status: 'active' }, { status: 'active' }]);
  });

  test('of another authorization server ends no log-in (RFC 9700 §4.4)', async () => {
    const { crm, connections, configure, fillIn } = await createCrmWorld();
    const id = await configure();
    const tokenEndpoint = 'https://evil.example.com/token';
    const evil = await connections.create(fillIn({ tokenEndpoint }));
    const other = evil.connection.redirectUri?.slice(CALLBACK.length) ?? '';
    const back = await crm.approve(await connections.authorize(id, SESSION, 'ada'));
    const result = await connections.finishAuthorization(other, back.searchParams, SESSION);
    expect(result).toBe('state_unknown');
    expect(crm.count('authorization_code')).toBe(0);
  });

  test('does not accept the state of one connection for another', async () => {
    const { crm, connections, configure } = await createCrmWorld();
    const id = await configure();
    const other = await configure({ siteId: 'site-2' });
    const back = await crm.approve(await connections.authorize(id, SESSION, 'ada'));
    const state = back.searchParams.get('state')?.split('.')[0];
    back.searchParams.set('state', `${state}.${other}`);
    const serverId = (await connections.get(id)).redirectUri?.slice(CALLBACK.length) ?? '';
    expect(await connections.finishAuthorization(serverId, back.searchParams, SESSION)).toBe(
      'state_unknown',
    );
  });
});
