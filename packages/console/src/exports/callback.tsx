import type { AuthorizationResult, Connection } from '@mandate/exports';
import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import { renderPage } from '../layout/render-page.js';
import { Shell } from '../layout/shell.js';
import { createLink, type Link } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import { isAuthorized, toResultText } from './connection-texts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { getLoginCookie } from './login-cookie.js';

export interface CallbackOptions extends ExportPagesOptions {
  readonly name: string;
}

/**
 * The redirect URI of log-ins at the receiving system. It does not call `authorizeAdmin`, because browsers
 * do not send a `SameSite=Strict` session cookie with this request. The log-in cookie proves that an
 * administrator started the log-in in this browser.
 */
export function addCallback(app: Hono<ConsoleEnv>, { service, name }: CallbackOptions): void {
  app.get(`/exports/callback/${CONNECTION_ID}`, async (c) => {
    // A HEAD request, as of a link preview, must not use up the code.
    if (c.req.raw.method !== 'GET') throw new ConsoleError(404, 'This page does not exist.');
    const serverId = c.req.param('id');
    const { connections } = service;
    const parameters = new URL(c.req.url).searchParams;
    const connection = await connections.findByState(parameters);
    if (connection?.redirectUri === undefined) {
      throw new ConsoleError(404, 'This page does not exist.');
    }
    const session = getLoginCookie(c, connection.redirectUri);
    const result = await connections.finishAuthorization(serverId, parameters, session);
    c.header('cross-origin-opener-policy', 'unsafe-none');
    // The address contains a code.
    c.header('referrer-policy', 'no-referrer');
    return renderPage(
      c,
      <ResultPage {...{ connection, result, name }} link={createLink(c.req.path)} />,
    );
  });
}

interface ResultPageProps {
  readonly connection: Connection;
  readonly result: AuthorizationResult;
  readonly name: string;
  readonly link: Link;
}

/** The result. The script sends it to the page that opened the window, and closes the window. */
function ResultPage({ connection, result, name, link }: ResultPageProps) {
  const { id } = connection;
  const isDone = isAuthorized(result);
  return (
    <Shell title={`${isDone ? 'Authorized' : 'Not authorized'} · ${name}`} link={link}>
      <main class="message alone" data-connection={id} data-result={result}>
        <h1>{isDone ? 'Authorized' : 'Not authorized'}</h1>
        <p>{toResultText(result, connection)}</p>
        <p class="hint">You can close this window.</p>
        <a class="button" href={link(`exports/${id}?result=${result}`)}>
          Back to the export
        </a>
      </main>
    </Shell>
  );
}
