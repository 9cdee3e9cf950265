import { createMemoryTokenStore, createTokenAuthority } from '@mandate/tokens';
import { describe, expect, test } from 'vitest';
import { SUPER_ADMIN } from '../tokens/issue.js';
import { openConsole, SCOPES } from './open-console.js';

const GROUPS = { support: 'Cases of customers', 'finance <eu>': 'Invoices' } as const;

function openGroups(groups: Readonly<Record<string, string>> | undefined = GROUPS) {
  const authority = createTokenAuthority({
    store: createMemoryTokenStore(),
    scopes: Object.keys(SCOPES),
    groups: Object.keys(GROUPS),
  });
  const opened = openConsole({ tokens: { authority, scopes: SCOPES, groups }, now: Date.now });
  const create = (groups: readonly string[], changes: Readonly<Record<string, string>> = {}) => {
    const fields = {
      ...{ description: 'import', permission: 'USER', userEmail: 'ada@example.com' },
      ...{ scopes: 'SEARCH', expiresAt: '', ...changes },
    };
    const chosen = groups.map((group) => ['groups', group] as const);
    return opened.browser.submit('/tokens/new', '/tokens', [...Object.entries(fields), ...chosen]);
  };
  return { ...opened, authority, create };
}

const toText = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

describe('the groups of a new token', () => {
  test('are chosen from those of the console, and shown with the token', async () => {
    const { browser, authority, create } = openGroups();
    const form = await browser.text('/tokens/new');
    expect(form).toMatch(/name="groups" value="support"/);
    expect(form).not.toMatch(/name="groups"[^>]*checked/);
    expect(toText(form)).toContain('Cases of customers');
    const response = await create(['support', 'finance <eu>']);
    expect(response.status).toBe(201);
    const { items } = await authority.list({}, { limit: 2 });
    expect(items.map(({ groups }) => groups)).toEqual([['support', 'finance <eu>']]);
    const page = toText(await browser.text(`/tokens/${items[0]!.id}`));
    expect(page).toMatch(/Groups support finance &lt;eu&gt; Secret/);
    expect(toText(await response.text())).toContain('Groups support finance &lt;eu&gt;');
  });

  test('are empty if none is selected', async () => {
    const { authority, create } = openGroups();
    expect((await create([])).status).toBe(201);
    expect((await authority.list({}, { limit: 1 })).items[0]?.groups).toEqual([]);
  });

  test.each([
    [['support', 'admins'], {}, '&quot;admins&quot; is not an allowed group.'],
    [[' support'], {}, '&quot; support&quot; is not an allowed group.'],
    [
      ['support'],
      { permission: 'ANONYMOUS', userEmail: '' },
      'A token with permission ANONYMOUS must not have groups.',
    ],
  ] as const)(
    'show what is wrong beside the field, and stay selected: %j',
    async (groups, changes, message) => {
      const { authority, create } = openGroups();
      const response = await create(groups, changes);
      expect(response.status).toBe(400);
      const page = await response.text();
      expect(page).toContain('id="groups-error"');
      expect(page).toContain('href="#groups"');
      expect(toText(page)).toContain(message);
      expect(page.includes('value="support" checked')).toBe(groups[0] === 'support');
      expect((await authority.list({}, { limit: 1 })).items).toEqual([]);
    },
  );

  test('have no field if the console has no groups, and are rejected all the same', async () => {
    for (const groups of [undefined, {}]) {
      const authority = createTokenAuthority({ store: createMemoryTokenStore() });
      const { browser } = openConsole({ tokens: { authority, groups }, now: Date.now });
      expect(await browser.text('/tokens/new')).not.toContain('Groups');
      const { token } = await authority.create(
        { description: 'x', permission: 'ANONYMOUS', scopes: ['SEARCH'] },
        SUPER_ADMIN,
      );
      expect(toText(await browser.text(`/tokens/${token.id}`))).toContain('Groups None');
    }
  });

  test('cannot be edited later, as the page states', async () => {
    const { browser, authority, create } = openGroups();
    await create(['support']);
    const { id } = (await authority.list({}, { limit: 1 })).items[0]!;
    const path = `/tokens/${id}/describe`;
    expect(toText(await browser.text(path))).toContain('Permission, scopes and groups');
    const fields = [
      ['description', 'renamed'],
      ['groups', 'finance <eu>'],
    ] as const;
    expect((await browser.submit(path, path, fields)).status).toBe(303);
    expect(await authority.get(id)).toMatchObject({ description: 'renamed', groups: ['support'] });
  });

  test('stay selected in a search for scopes without a script', async () => {
    const { browser } = openGroups();
    const fields = [
      ['groups', 'support'],
      ['scopeSearch', 'chat'],
    ] as const;
    const response = await browser.submit('/tokens/new', '/tokens/new', fields);
    expect(await response.text()).toMatch(/name="groups" value="support" checked/);
  });
});
