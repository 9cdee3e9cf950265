import { describe, expect, test } from 'vitest';
import { type CookiesSite, serveCookies } from './cookies-site.js';

/** Posts a form as a program can, which writes every header itself. */
function post(url: string, form: Readonly<Record<string, string>>, headers = {}) {
  const body = new URLSearchParams(form);
  return fetch(url, { method: 'POST', redirect: 'manual', body, headers });
}

/** @returns the `Cookie` header of a browser that has logged in. */
async function logIn({ origin }: CookiesSite): Promise<string> {
  const response = await post(`${origin}/log-in`, { user: 'ada@example.com' }, { origin });
  expect(response.status).toBe(303);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('examples/cookies', () => {
  test('keeps the token in a cookie that scripts and other sites do not get', async () => {
    const { origin } = await serveCookies();
    const { headers } = await post(`${origin}/log-in`, { user: 'ada' }, { origin });
    expect(headers.get('set-cookie')).toMatch(
      /^access_token=eyJ[^;]+; Max-Age=3600; Path=\/; .*HttpOnly; SameSite=Lax$/,
    );
  });

  test('serves the pages of the user', async () => {
    const site = await serveCookies();
    const cookie = await logIn(site);
    const page = await fetch(`${site.origin}/notes`, { headers: { cookie } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('ada@')]);
  });

  test.each([
    ['Sec-Fetch-Site: same-origin', () => ({ 'sec-fetch-site': 'same-origin' }), 303],
    ['the own Origin', ({ origin }: CookiesSite) => ({ origin }), 303],
    ['another port', ({ otherOrigin }: CookiesSite) => ({ origin: otherOrigin }), 403],
    ['Sec-Fetch-Site: same-site', () => ({ 'sec-fetch-site': 'same-site' }), 403],
    ['Sec-Fetch-Site: cross-site', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
    [
      'the own Origin, but Sec-Fetch-Site: none',
      ({ origin }: CookiesSite) => ({ origin, 'sec-fetch-site': 'none' }),
      403,
    ],
    ['Origin: null', () => ({ origin: 'null' }), 403],
    ['neither header', () => ({}), 403],
  ])('answers a note with a cookie and %s', async (_what, toHeaders, status) => {
    const site = await serveCookies();
    const cookie = await logIn(site);
    const headers = { cookie, ...toHeaders(site) };
    const response = await post(`${site.origin}/notes`, { text: 'x' }, headers);
    expect(response.status).toBe(status);
    if (status !== 403) return;
    expect(await response.json()).toMatchObject({ code: 'cross_site' });
    const page = await fetch(`${site.origin}/notes`, { headers: { cookie } });
    expect(await page.text()).toContain('<ul></ul>');
  });

  test('accepts a token in the header from programs, which send no Origin', async () => {
    const { origin, issuer } = await serveCookies();
    const token = await issuer.issue({ subject: 'ada', scope: 'NOTES' });
    const authorization = `Bearer ${token}`;
    expect((await post(`${origin}/notes`, { text: 'x' }, { authorization })).status).toBe(303);
  });

  test('does not log in for another site', async () => {
    const { origin, otherOrigin } = await serveCookies();
    for (const headers of [{ origin: otherOrigin }, { 'sec-fetch-site': 'same-site' }, {}]) {
      const response = await post(`${origin}/log-in`, { user: 'eve' }, headers);
      expect([response.status, response.headers.get('set-cookie')]).toEqual([403, null]);
    }
  });

  test('removes a cookie whose token is no longer valid', async () => {
    const { origin, issuer } = await serveCookies();
    const token = await issuer.forge({ subject: 'ada', scope: 'NOTES' });
    const headers = { cookie: `access_token=${token}` };
    const response = await fetch(`${origin}/notes`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('invalid_token');
    expect(response.headers.get('set-cookie')).toMatch(/^access_token=; .*1970/);
  });

  test.each([{}, { text: ' ' }, { text: 'x'.repeat(201) }])(
    'rejects a note that is missing, blank or too long: %o',
    async (form) => {
      const site = await serveCookies();
      const headers = { cookie: await logIn(site), origin: site.origin };
      expect((await post(`${site.origin}/notes`, form, headers)).status).toBe(400);
    },
  );
});
