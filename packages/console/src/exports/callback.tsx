import { type AuthorizationResult, type Connection, ExportError } from '@mandate/exports';
import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import { renderPage } from '../layout/render-page.js';
import { Shell } from '../layout/shell.js';
import { createLink, type Link } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import { writeResult } from './connection-texts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { readLoginCookie } from './login-cookie.js';

export interface CallbackOptions extends ExportPagesOptions {
  readonly name: string;
}

/**
 * Where browsers come back to from a log-in elsewhere. Whoever began it in this browser ends it: a
 * session cookie that is `SameSite=Strict` is not sent along then, so nobody is asked for it.
 */
export function addCallback(app: Hono<ConsoleEnv>, { service, name }: CallbackOptions): void {
  app.get(`/exports/callback/${CONNECTION_ID}`, async (c) => {
    // Whoever only looks at a link must not use it up.
    if (c.req.raw.method !== 'GET') throw new ConsoleError(404, 'There is no such page.');
    const id = c.req.param('id');
    const { connections } = service;
    const connection = await connections.get(id).catch(hideConnection);
    const session = readLoginCookie(c, connection.redirectUri);
    const parameters = new URL(c.req.url).searchParams;
    const result = await connections.finishAuthorization(id, parameters, session);
    c.header('cross-origin-opener-policy', 'unsafe-none');
    // The address holds a code.
    c.header('referrer-policy', 'no-referrer');
    return renderPage(
      c,
      <ResultPage {...{ connection, result, name }} link={createLink(c.req.path)} />,
    );
  });
}

function hideConnection(error: unknown): never {
  if (!(error instanceof ExportError)) throw error;
  throw new ConsoleError(404, 'There is no such page.');
}

interface ResultPageProps {
  readonly connection: Connection;
  readonly result: AuthorizationResult;
  readonly name: string;
  readonly link: Link;
}

/** How it ended. The script tells the page that opened the window, and closes it. */
function ResultPage({ connection, result, name, link }: ResultPageProps) {
  const { id } = connection;
  const isDone = result === 'authorized';
  return (
    <Shell title={`${isDone ? 'Authorized' : 'Not authorized'} · ${name}`} link={link}>
      <main class="message alone" data-connection={id} data-result={result}>
        <h1>{isDone ? 'Authorized' : 'Not authorized'}</h1>
        <p>{writeResult(result, connection)}</p>
        <p class="hint">You can close this window.</p>
        <a class="button" href={link(`exports/${id}?result=${result}`)}>
          Back to the export
        </a>
      </main>
    </Shell>
  );
}
