import { TokenAuthorityError } from '@mandate/tokens';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';
import { at, type PageStates, press, type State } from './state.js';

const OUTAGE = new Error('connect ECONNREFUSED 10.0.0.1:5432');

/** Submits the form for a new token after the page was changed. */
const submit = (change: (form: HTMLFormElement) => void, path = '/tokens/find-secret'): State => ({
  async open(page, { site }) {
    await page.goto(site.origin + path);
    const loaded = page.waitForEvent('load');
    await page.locator('form[method=post]').evaluate(change);
    await loaded;
  },
});

/** Sends the form of a page without leaving it. */
async function post(page: Page, url: string, fields: Readonly<Record<string, string>>) {
  const formToken = await page.locator('[name=formToken]').first().inputValue();
  const headers = { origin: new URL(url).origin };
  await page.request.post(url, { form: { formToken, ...fields }, headers, maxRedirects: 0 });
}

export const OUTCOME_STATES: PageStates = {
  ErrorPage: {
    'without a session': { ...at('/tokens'), session: null },
    'without a session and a log-in page': {
      session: null,
      open: (page, { bare }) => page.goto(`${bare.origin}/tokens`),
    },
    'for a person who is not an administrator': { ...at('/tokens'), session: 'stranger' },
    'while the application cannot tell who calls': { ...at('/tokens'), session: 'broken' },
    'of an unknown address': at('/none'),
    'of an unknown token': at('/tokens/none'),
    'of an unknown export': at('/exports/none'),
    'of an unknown log-in': { ...at('/exports/callback/none?state=x'), session: null },
    'of a form that expired': submit((form) => {
      form.querySelector<HTMLInputElement>('[name=formToken]')!.value = 'forged';
      form.submit();
    }),
    'of a form of another site': {
      async open(page, { site }) {
        const action = `${site.origin}/tokens/find-secret`;
        const body = `<form method="post" action="${action}"><button>Win a prize</button></form>`;
        await page.route('http://other.example/', (route) =>
          route.fulfill({ contentType: 'text/html', body }),
        );
        await page.goto('http://other.example/');
        await press(page, 'Win a prize');
      },
    },
    'of a form that was submitted twice': {
      async open(page, { site }) {
        const { token } = await site.issue();
        const path = `${site.origin}/tokens/${token.id}/describe`;
        await page.goto(path);
        await post(page, path, { description: 'renamed' });
        await press(page, 'Save');
      },
    },
    'of a form that is too large': submit((form) => {
      form.querySelector<HTMLInputElement>('[name=secret]')!.value = 'x'.repeat(70_000);
      form.submit();
    }),
    'of a form of another type': submit((form) => {
      form.enctype = 'multipart/form-data';
      form.submit();
    }),
    'of a rotation of a revoked token': {
      async open(page, { site }) {
        const { token } = await site.issue();
        await site.authority.revoke(token.id, { subject: 'ada', isSuperAdmin: true });
        await page.goto(`${site.origin}/tokens/${token.id}/rotate`);
      },
    },
    'of a revocation without a selection': submit((form) => form.submit(), '/tokens'),
    'of too many searches for secrets': {
      async open(page, { site }) {
        await page.goto(`${site.origin}/tokens/find-secret`);
        for (let i = 0; i < 30; i++) await post(page, page.url(), { secret: 'x' });
        await page.getByLabel('Secret').fill('x');
        await press(page, 'Find');
      },
      session: 'admin',
    },
    'of a page whose store is down': {
      async open(page, { site }) {
        vi.spyOn(site.tokenStore, 'list').mockRejectedValue(OUTAGE);
        await page.goto(`${site.origin}/tokens`);
      },
    },
    'of a change whose store is down': {
      async open(page, { site }) {
        const { token } = await site.issue();
        await page.goto(`${site.origin}/tokens/${token.id}/revoke`);
        vi.spyOn(site.tokenStore, 'revoke').mockRejectedValue(OUTAGE);
        await press(page, 'Revoke');
      },
    },
    'of a log-in whose store is down': {
      session: null,
      async open(page, { site }) {
        vi.spyOn(site.service.connections, 'findByState').mockRejectedValue(OUTAGE);
        await page.goto(`${site.origin}/exports/callback/x?state=y`);
      },
    },
    'of a change with an unknown outcome': {
      async open(page, { site }) {
        const { token } = await site.issue();
        await page.goto(`${site.origin}/tokens/${token.id}/rotate`);
        const message =
          'the connection to the database was lost, so the change may have happened: look the token up';
        vi.spyOn(site.tokenStore, 'rotate').mockRejectedValue(
          new TokenAuthorityError('outcome_unknown', message),
        );
        await press(page, 'Rotate');
      },
    },
    'of a fault of the code': {
      async open(page, { site }) {
        vi.spyOn(site.tokenStore, 'list').mockRejectedValue(new TypeError('x is not a function'));
        await page.goto(`${site.origin}/tokens`);
      },
    },
  },
};
