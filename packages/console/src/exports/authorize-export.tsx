import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { renderPage } from '../layout/render-page.js';
import { Shell } from '../layout/shell.js';
import type { View } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { setLoginCookie } from './login-cookie.js';

/** Starts a log-in, in the window that *Authorize export* opened. */
export function addAuthorization(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.post(`/exports/${CONNECTION_ID}/authorize`, async (c) => {
    const view = getView(c);
    const { id, redirectUri = '' } = await service.connections.get(c.req.param('id'));
    const session = setLoginCookie(c, redirectUri);
    const url = await service.connections.authorize(id, session, view.admin.subject);
    // The page that opened this window must be able to notice that it closes.
    c.header('cross-origin-opener-policy', 'unsafe-none');
    return renderPage(c, <LeavePage view={view} url={url} />);
  });
}

/**
 * Leads to the other system. A redirect is impossible, because the Content-Security-Policy of the page with
 * the form forbids form submissions that end at another origin.
 */
function LeavePage({ view, url }: { readonly view: View; readonly url: URL }) {
  const refresh = <meta http-equiv="refresh" content={`0;url=${url.href}`} />;
  return (
    <Shell title={`Log in · ${view.name}`} link={view.link} head={<noscript>{refresh}</noscript>}>
      <main class="message alone">
        <h1>Continue to {url.host}</h1>
        <p>Log in there and allow access.</p>
        <a class="button primary" href={url.href} data-leave>
          Continue
        </a>
      </main>
    </Shell>
  );
}
