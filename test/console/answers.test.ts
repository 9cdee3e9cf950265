import { createConsole } from '@mandate/console';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ORIGIN, openConsole } from './open-console.js';

describe('every answer', () => {
  const paths = [
    '/',
    '/tokens',
    '/tokens/new',
    '/none',
    '/assets/console.css',
    '/assets/console.js',
    '/assets/none',
  ];

  test.each([...paths, '/tokens/unknown'])(
    'to HEAD of %s is the one to GET, without a body',
    async (path) => {
      const { handler } = openConsole();
      const ask = (method: string) =>
        handler(new Request(ORIGIN + path, { method, headers: { cookie: 'super' } }), {});
      const [head, get] = [await ask('HEAD'), await ask('GET')];
      expect(head.status).toBe(get.status);
      expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
      expect(await head.text()).toBe('');
    },
  );

  test.each(paths)(
    'of %s has the headers that keep it from being framed, sniffed or extended',
    async (path) => {
      const { headers } = await openConsole().browser.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:|nonce/);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).toContain("base-uri 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('set-cookie')).toBeNull();
    },
  );

  test.each(['/', '/tokens', '/tokens/new', '/none'])('of %s is stored nowhere', async (path) => {
    expect((await openConsole().browser.get(path)).headers.get('cache-control')).toBe('no-store');
  });

  test('needs no inline script or style', async () => {
    const { browser, issue } = openConsole();
    const { token } = await issue();
    for (const path of ['/tokens', '/tokens/new', `/tokens/${token.id}`, '/none']) {
      expect(await browser.text(path)).not.toMatch(
        /<script(?! src)|<style|\sstyle=|\son\w+=|javascript:/,
      );
    }
  });
});

describe('the assets of pages', () => {
  test.each([
    ['console.css', 'text/css; charset=utf-8'],
    ['console.js', 'text/javascript; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ])('%s is public, and requested again only when it changes', async (name, type) => {
    const { browser } = openConsole();
    browser.login = undefined;
    const response = await browser.get(`/assets/${name}`);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const etag = response.headers.get('etag') ?? '';
    expect((await browser.get(`/assets/${name}`, { 'if-none-match': etag })).status).toBe(304);
    expect((await browser.get(`/assets/${name}`, { 'if-none-match': '"x"' })).status).toBe(200);
  });

  test('the script compiles with strict TypeScript', async () => {
    const script = await openConsole().browser.text('/assets/console.js');
    const { diagnostics } = ts.transpileModule(script, {
      reportDiagnostics: true,
      compilerOptions: { allowJs: true },
      fileName: 'console.js',
    });
    expect(diagnostics).toEqual([]);
    // Nothing that could make markup of text.
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(/,
    );
  });
});

describe('addresses', () => {
  /** Everything that a page refers to, as a browser understands it. */
  async function listAddresses(
    response: Promise<Response>,
    address: string,
  ): Promise<readonly string[]> {
    const page = await (await response).text();
    const found = [...page.matchAll(/\b(?:href|src|action)="([^"]*)"/g)].map((one) => one[1]!);
    return found.filter((one) => !one.startsWith('#')).map((one) => new URL(one, address).pathname);
  }

  test.each([
    ['', '/tokens'],
    ['/admin', '/tokens'],
    ['/a/b/c', '/tokens/new'],
    ['/admin', '/tokens/none'],
    ['/admin', '/no/such/page/at/all'],
    ['/admin', '/tokens/'],
  ])('lead back into the console, mounted at "%s", on the page %s', async (mount, path) => {
    const { handler } = openConsole();
    const cookie = { headers: { cookie: 'super' } };
    const asSeenBelow = handler(new Request(ORIGIN + path, cookie), { mountPath: mount });
    const whole = openConsole({ basePath: mount }).handler(
      new Request(ORIGIN + mount + path, cookie),
      {},
    );
    for (const response of [asSeenBelow, whole]) {
      const addresses = await listAddresses(response, ORIGIN + mount + path);
      expect(addresses.length).toBeGreaterThan(4);
      expect(
        addresses.filter(
          (one) =>
            !/^\/(tokens|audit|assets)/.test(one.slice(mount.length)) || !one.startsWith(mount),
        ),
      ).toEqual([]);
    }
  });

  test.each([
    ['/admin', '', '/'],
    ['', '/admin', '/admin'],
    ['', '/admin', '/admin/'],
    ['/x', '/admin', '/admin'],
  ])(
    'the mount point leads to the tokens: host removes "%s", configured "%s"',
    async (mountPath, basePath, path) => {
      const { handler } = openConsole({ basePath });
      const response = await handler(new Request(ORIGIN + path), { mountPath });
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toBe(`${mountPath}${basePath}/tokens`);
    },
  );

  test('the mount point leads to no other host', async () => {
    const { handler } = openConsole();
    const response = await handler(new Request(ORIGIN), { mountPath: '//evil.example' });
    expect(response.status).toBe(404);
  });

  test('a path that is not below the mount point is not found', async () => {
    const { handler } = openConsole({ basePath: '/admin' });
    const request = new Request(`${ORIGIN}/administration/tokens`, {
      headers: { cookie: 'super' },
    });
    expect((await handler(request, {})).status).toBe(404);
  });
});

describe('createConsole', () => {
  const { authority } = openConsole();
  const sound = { authorizeAdmin: () => undefined, tokens: { authority } };

  test.each([
    [{ authorizeAdmin: undefined }, /authorizeAdmin/],
    [{ tokens: undefined }, /tokens or exports is required/],
    [{ tokens: {} }, /authority/],
    [{ basePath: '/admin/' }, /basePath/],
    [{ basePath: 'admin' }, /basePath/],
    [{ origin: 'https://admin.example.com/' }, /origin/],
    [{ origin: 'admin.example.com' }, /origin/],
    [{ origin: 'null' }, /origin/],
    [{ formKey: new Uint8Array(31) }, /formKey/],
    [{ formKey: 'a string of thirty-two characters' }, /formKey/],
    [{ logInUrl: 'javascript:alert(1)' }, /logInUrl/],
    [{ logInUrl: '//evil.example' }, /logInUrl/],
    [{ logInUrl: 'log-in' }, /logInUrl/],
    [{ logOutUrl: 'javascript:alert(1)' }, /logOutUrl/],
    [{ logOutUrl: '//evil.example' }, /logOutUrl/],
  ])('rejects %j', (options, message) => {
    expect(() => createConsole({ ...sound, ...options } as typeof sound)).toThrow(message);
    expect(() => createConsole({ ...sound, ...options } as typeof sound)).toThrow(TypeError);
  });
});
