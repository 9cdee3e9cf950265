import { TokenAuthorityError } from '@mandate/tokens';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';
import { at, type PageStates, press, type Sites, type State, skipBrowserChecks } from './state.js';
import { DAY_MS, GROUPS, LONG_EMAIL, LONG_NAME, MANY_SCOPES, ROOT } from './state-site.js';

const WIDE: Parameters<Sites['site']['issue']>[0] = {
  ...{ description: LONG_NAME, userEmail: LONG_EMAIL },
  permission: 'USER',
  scopes: Object.keys(MANY_SCOPES),
  groups: Object.keys(GROUPS),
  allowedAddresses: ['192.0.2.0/24', '2001:db8:0:1:2:3:4:5', '2001:db8:85a3::/48'],
};

/** Opens a page of a token that is issued for this state. */
function ofToken(
  issue: (sites: Sites) => Promise<string>,
  path = '',
  then: (page: Page, sites: Sites) => Promise<unknown> = async () => {},
): State {
  return {
    async open(page, sites) {
      await page.goto(`${sites.site.origin}/tokens/${await issue(sites)}${path}`);
      await then(page, sites);
    },
  };
}

const add =
  (token: Parameters<Sites['site']['issue']>[0] = {}, daysAgo = 0) =>
  async ({ site }: Sites) =>
    (await site.issue(token, daysAgo)).token.id;

const addRevoked = async ({ site }: Sites) => {
  const { token } = await site.issue({ description: 'revoked import' });
  await site.authority.revoke(token.id, ROOT);
  return token.id;
};

const addRotated = async ({ site }: Sites) => {
  const { token } = await site.issue({ description: 'rotated import' });
  await site.authority.rotate(token.id, 3600, ROOT);
  return token.id;
};

const addUsed = async ({ site }: Sites) => {
  const { token } = await site.issue({ description: 'used import' });
  await site.tokenStore.touch(new Map([[token.id, new Date(Date.now() - 7_200_000)]]));
  return token.id;
};

/** A token that has expired. */
const addExpired = add({ description: 'old import', expiresAt: new Date(Date.now() - DAY_MS) }, 30);
const addExpiring = add({
  description: 'trial',
  expiresAt: new Date(Date.now() + 5 * DAY_MS),
});

async function fillToken(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/tokens/new`);
  await page.getByLabel('Description').fill('from a test');
  await page.getByRole('radio', { name: /^ANONYMOUS/ }).check();
}

/** Opens the list and selects tokens. */
async function select(page: Page, { site }: Sites, descriptions: readonly string[]) {
  for (const description of descriptions) await site.issue({ description });
  await page.goto(`${site.origin}/tokens?search=${descriptions[0]?.slice(0, 8)}`);
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await press(page, 'Revoke selected');
}

/** Confirms the revocation of three tokens, of which the store fails to revoke the second. */
const revokeThree = (name: string, failure?: Error): State => ({
  async open(page, sites) {
    await select(
      page,
      sites,
      [1, 2, 3].map((i) => `${name} ${i}`),
    );
    const { tokenStore } = sites.site;
    const revoke = tokenStore.revoke.bind(tokenStore);
    let calls = 0;
    vi.spyOn(tokenStore, 'revoke').mockImplementation((entry) => {
      calls++;
      return failure !== undefined && calls === 2 ? Promise.reject(failure) : revoke(entry);
    });
    await press(page, 'Revoke');
  },
});

const findSecret = (find: (sites: Sites) => Promise<string>): State => ({
  async open(page, sites) {
    await page.goto(`${sites.site.origin}/tokens/find-secret`);
    await page.getByLabel('Secret').fill(await find(sites));
    await press(page, 'Find');
  },
});

/** Fills the stores of the list: more tokens than one page has, of every status. */
export async function addTokens(sites: Sites): Promise<void> {
  for (let i = 0; i < 28; i++) await sites.site.issue({ description: `nightly import ${i}` });
  await addExpired(sites);
  await addRevoked(sites);
  await addRotated(sites);
  await addUsed(sites);
  await addExpiring(sites);
  await sites.site.issue(WIDE);
  await sites.site.issue({ description: 'reports', permission: 'GLOBAL', scopes: ['CHAT'] });
}

export const TOKEN_STATES: PageStates = {
  TokenListPage: {
    'with tokens of every status': at('/tokens'),
    'with tokens, for an admin with a long name': { ...at('/tokens'), session: 'long' },
    'its last page': {
      async open(page, { site }) {
        await page.goto(`${site.origin}/tokens?search=nightly`);
        await page.getByRole('link', { name: 'Next page' }).click();
        await page.getByRole('link', { name: 'First page' }).waitFor();
      },
    },
    'with selected tokens': {
      async open(page, { site }) {
        await page.goto(`${site.origin}/tokens`);
        for (const box of (await page.getByRole('checkbox').all()).slice(0, 3)) await box.check();
      },
    },
    'filtered and sorted': at('/tokens?search=import&status=active&scope=SEARCH&order=expiry'),
    'without a match': at('/tokens?search=nothing&userEmail=nobody%40example.com'),
    'without a match so far': {
      async open(page, { site }) {
        vi.spyOn(site.tokenStore, 'list').mockResolvedValue({ items: [], nextCursor: 'more' });
        vi.spyOn(site.tokenStore, 'count').mockResolvedValue({ count: 0, isExact: false });
        await page.goto(`${site.origin}/tokens?search=rare`);
      },
    },
    'with an uncertain count': {
      async open(page, { site }) {
        vi.spyOn(site.tokenStore, 'count').mockResolvedValue({ count: 10_000, isExact: false });
        await page.goto(`${site.origin}/tokens`);
      },
    },
    'without tokens': { open: (page, { empty }) => page.goto(`${empty.origin}/tokens`) },
    'whose scopes are typed': {
      open: (page, { bare }) => page.goto(`${bare.origin}/tokens?scope=A`),
    },
  },
  NewTokenPage: {
    empty: at('/tokens/new'),
    'for an admin who may not add GLOBAL': { ...at('/tokens/new'), session: 'admin' },
    'with a problem of each field': {
      async open(page, { site }) {
        await page.goto(`${site.origin}/tokens/new`);
        await page.getByLabel('User e-mail').fill('x'.repeat(120));
        await page.getByLabel('Expires').fill('2001-01-01');
        await page.getByLabel('Allowed IP addresses').fill(`next door\n${LONG_NAME}`);
        await page
          .getByRole('checkbox')
          .first()
          .evaluate((box: HTMLInputElement) => {
            box.value = 'é';
            box.checked = true;
          });
        await page
          .locator('[name=groups]')
          .first()
          .evaluate((box: HTMLInputElement) => {
            box.value = 'administrators';
            box.checked = true;
          });
        await skipBrowserChecks(page);
        await press(page, 'Save');
      },
    },
    'with a permission that must not have groups': {
      async open(page, { site }) {
        await fillToken(page, site.origin);
        await page.getByRole('checkbox', { name: 'SEARCH' }).check();
        await page
          .locator('[name=groups]')
          .first()
          .evaluate((box: HTMLInputElement) => box.click());
        await press(page, 'Save');
      },
    },
    'with scopes that are searched': {
      async open(page, { empty }) {
        await page.goto(`${empty.origin}/tokens/new`);
        await page.getByRole('checkbox', { name: 'PEOPLE' }).check();
        await page.getByRole('searchbox').fill('agents');
      },
    },
    'with scopes that are searched without a script': {
      isScriptless: true,
      async open(page, { empty }) {
        await page.goto(`${empty.origin}/tokens/new`);
        await page.getByRole('searchbox').fill('agents');
        await press(page, 'Search');
      },
    },
    'whose scopes are typed': { open: (page, { bare }) => page.goto(`${bare.origin}/tokens/new`) },
  },
  SecretPage: {
    'of a new token': {
      async open(page, { site }) {
        await fillToken(page, site.origin);
        await page.getByRole('checkbox', { name: 'SEARCH' }).check();
        await press(page, 'Save');
        await page.getByRole('button', { name: 'Copy' }).click();
        await page.locator('[data-copied]:not(:empty)').waitFor();
      },
    },
    'of a rotated token': ofToken(addExpiring, '/rotate', (page) => press(page, 'Rotate')),
    'of a token that was rotated without an overlap': ofToken(
      add(WIDE),
      '/rotate',
      async (page) => {
        await page.getByLabel('Current secret').selectOption('0');
        await press(page, 'Rotate');
      },
    ),
  },
  TokenPage: {
    active: ofToken(add(WIDE)),
    'of any user, for an admin who may not rotate it': {
      ...ofToken(add({ permission: 'GLOBAL' })),
      session: 'admin',
    },
    'with a previous secret': ofToken(addRotated),
    'used two hours ago': ofToken(addUsed),
    'expiring soon': ofToken(addExpiring),
    expired: ofToken(addExpired),
    revoked: ofToken(addRevoked),
    'with a long audit trail': ofToken(async ({ site }) => {
      const { token } = await site.issue({ description: 'often renamed' });
      const by = { ...ROOT, subject: LONG_EMAIL };
      for (let i = 0; i < 26; i++) await site.authority.describe(token.id, `renamed ${i}`, by);
      return token.id;
    }),
    'just revoked': ofToken(add({ description: 'to revoke' }), '/revoke', (page) =>
      press(page, 'Revoke'),
    ),
    'just renamed': ofToken(add(), '/describe', (page) => press(page, 'Save')),
    'just found by its secret': findSecret(async ({ site }) => (await site.issue()).secret),
  },
  DescribePage: {
    open: ofToken(add(WIDE), '/describe'),
    'with a problem': ofToken(add(), '/describe', async (page) => {
      await page.getByLabel('Description').fill('x'.repeat(501));
      await press(page, 'Save');
    }),
  },
  RotatePage: {
    open: ofToken(add(WIDE), '/rotate'),
    'while the previous secret is valid': ofToken(addRotated, '/rotate'),
  },
  RevokePage: {
    'of a token that was never used': ofToken(add(WIDE), '/revoke'),
    'of a token that was used': ofToken(addUsed, '/revoke'),
  },
  RevokeManyPage: {
    'of two tokens': {
      open: (page, sites) => select(page, sites, ['several of two', `several_${LONG_NAME}`]),
    },
    'of one token': { open: (page, sites) => select(page, sites, ['single token one']) },
  },
  RevocationsPage: {
    'of which all are revoked': revokeThree('all revoked'),
    'of which one failed': revokeThree('one failed', new Error('connect ECONNREFUSED 10.0.0.1')),
    'of which one is unknown': revokeThree(
      'one unknown',
      new TokenAuthorityError('outcome_unknown', 'lost'),
    ),
    'of which one is missing': revokeThree(
      'one missing',
      new TokenAuthorityError('not_found', 'no token has this id'),
    ),
  },
  FindSecretPage: {
    open: at('/tokens/find-secret'),
    'with a secret that no token has': findSecret(async ({ bare }) => (await bare.issue()).secret),
    'with a text that is not a secret': findSecret(async () => 'hunter2'),
  },
  AuditPage: {
    'of all tokens': at('/audit'),
    'its second page': {
      async open(page, { site }) {
        await page.goto(`${site.origin}/audit`);
        await page.getByRole('link', { name: 'Next page' }).click();
        await page.getByRole('link', { name: 'First page' }).waitFor();
      },
    },
    filtered: at('/audit?action=rotated&by=root'),
    'without a match': at('/audit?by=nobody'),
    'without a match so far': {
      async open(page, { site }) {
        vi.spyOn(site.tokenStore, 'audit').mockResolvedValue({ items: [], nextCursor: 'more' });
        await page.goto(`${site.origin}/audit?by=rare`);
      },
    },
    'without changes': { open: (page, { empty }) => page.goto(`${empty.origin}/audit`) },
  },
};
