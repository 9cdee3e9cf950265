import { type ConsoleOptions, createConsole } from '@mandate/console';
import {
  type Admin,
  createMemoryTokenStore,
  createTokenAuthority,
  type NewToken,
} from '@mandate/tokens';
import { ADMIN, Clock, describeToken, SUPER_ADMIN } from '../tokens/issue.js';

export const ORIGIN = 'https://admin.example.com';

export const SCOPES = {
  SEARCH: 'Search queries and autocomplete',
  CHAT: 'Chat',
  PEOPLE: 'People',
} as const;

/** A console over a store in memory, as a logged-in browser uses it. */
export function openConsole(options: Partial<ConsoleOptions> = {}) {
  const clock = new Clock();
  const store = createMemoryTokenStore();
  const authority = createTokenAuthority({
    store,
    now: clock.now,
    scopes: Object.keys(SCOPES),
  });
  const faults: unknown[] = [];
  const handler = createConsole({
    authorizeAdmin: (request) => LOGINS[request.headers.get('cookie') ?? 'none'],
    tokens: { authority, scopes: SCOPES },
    onError: (error) => faults.push(error),
    now: clock.now,
    ...options,
  });
  const issue = (token?: Partial<NewToken>) => authority.create(describeToken(token), SUPER_ADMIN);
  const browser = new Browser((request) => handler(request, {}));
  return { clock, store, authority, handler, faults, issue, browser };
}

const LOGINS: Readonly<Record<string, Admin | 'anonymous'>> = {
  none: 'anonymous',
  super: SUPER_ADMIN,
  admin: ADMIN,
};

/** Sends what a browser would that shows a page of the console. */
export class Browser {
  /** Whose session it holds: `super`, `admin`, an outsider's, or none. */
  login: string | undefined = 'super';
  readonly #fetch: (request: Request) => Promise<Response>;

  constructor(fetch: (request: Request) => Promise<Response>) {
    this.#fetch = fetch;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#fetch(new Request(ORIGIN + path, { headers: { ...this.#cookie(), ...headers } }));
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  /** The token of the form on that page. */
  async readFormToken(path: string): Promise<string> {
    return /name="formToken" value="([^"]+)"/.exec(await this.text(path))?.[1] ?? 'none';
  }

  /** Sends a form, as itself unless `headers` say otherwise; `undefined` leaves one out. */
  post(
    path: string,
    fields: Iterable<readonly [string, string]>,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Response> {
    const all = { origin: ORIGIN, 'sec-fetch-site': 'same-origin', ...this.#cookie(), ...headers };
    const sent = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined);
    const body = new URLSearchParams([...fields].map(([name, value]) => [name, value]));
    return this.#fetch(new Request(ORIGIN + path, { method: 'POST', body, headers: sent }));
  }

  /** Fills in the form of a page and sends it to where it goes. */
  async submit(path: string, to: string, fields: Iterable<readonly [string, string]>) {
    const page = await this.text(path);
    const hidden = ['formToken', 'seen'].map(
      (name) => [name, new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? ''] as const,
    );
    return this.post(to, [...hidden, ...fields]);
  }

  #cookie(): Record<string, string> {
    return this.login === undefined ? {} : { cookie: this.login };
  }
}
