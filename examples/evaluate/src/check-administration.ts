import type { ADMINS, AdministrationSite } from './administration.js';
import type { Check } from './check.js';
import { checkSteps } from './check-steps.js';

/** An administrator's browser: it keeps the cookies, and sends the forms that it was shown. */
export class AdminBrowser {
  readonly #site: Pick<AdministrationSite, 'url' | 'password'>;
  #cookies: readonly string[] = [];

  constructor(site: Pick<AdministrationSite, 'url' | 'password'>) {
    this.#site = site;
  }

  logIn(user: keyof typeof ADMINS, password = this.#site.password): Promise<Response> {
    return this.#send('/log-in', new URLSearchParams({ user, password }));
  }

  get(path: string): Promise<Response> {
    return this.#send(path);
  }

  /** Sends the form of a page to where it goes. */
  async submit(page: string, path: string, fields: Readonly<Record<string, string>> = {}) {
    const html = await (await this.get(page)).text();
    const formToken = /name="formToken" value="([^"]+)"/.exec(html)?.[1] ?? '';
    return this.#send(path, new URLSearchParams({ formToken, ...fields }));
  }

  async #send(path: string, body?: URLSearchParams): Promise<Response> {
    const { url } = this.#site;
    const headers = { cookie: this.#cookies.join('; '), ...(body && { origin: url }) };
    const init = { headers, redirect: 'manual', ...(body && { method: 'POST', body }) } as const;
    const response = await fetch(URL.canParse(path) ? path : url + path, init);
    const set = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
    this.#cookies = [...this.#cookies, ...set];
    return response;
  }
}

/** Does what an administrator does in a browser, and tries the token at the API. */
export function checkAdministration(site: AdministrationSite, api: string): Promise<Check> {
  const browser = new AdminBrowser(site);
  let secret = 'none';
  const search = async () => {
    const headers = { authorization: `Bearer ${secret}` };
    const response = await fetch(`${api}/rest/api/v1/search`, { method: 'POST', headers });
    const body = (await response.json()) as { readonly for?: string; readonly code?: string };
    return `${response.status} ${body.for ?? body.code}`;
  };
  const add = async () => {
    const token = { description: 'mine', permission: 'USER', userEmail: 'maya@example.com' };
    const fields = { ...token, scopes: 'SEARCH' };
    const page = await browser.submit('/admin/tokens/new', '/admin/tokens', fields);
    secret = /mdt_\w{49}/.exec(await page.text())?.[0] ?? 'none';
    return `${page.status}, ${secret === 'none' ? 'no secret' : 'a secret'}`;
  };
  const revoke = async () => {
    const list = await (await browser.get('/admin/tokens')).text();
    const path = `/admin/tokens/${/href="tokens\/([\w-]{36})">mine</.exec(list)?.[1]}/revoke`;
    return `${(await browser.submit(path, path)).status}`;
  };
  const status = async (response: Promise<Response>) => `${(await response).status}`;
  return checkSteps('Administration', [
    ['Without a log-in', '401', () => status(browser.get('/admin/tokens'))],
    ['A log-in with a wrong password', '401', () => status(browser.logIn('root', 'wrong'))],
    ['A log-in', '303', () => status(browser.logIn('root'))],
    ['The list of tokens', '200', () => status(browser.get('/admin/tokens'))],
    ['A new token', '201, a secret', add],
    ['Search, with it', '200 maya@example.com', search],
    ['Revoking it', '303', revoke],
    ['Search, with it', '401 token_revoked', search],
  ]);
}
