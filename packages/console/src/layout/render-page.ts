import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { raw } from 'hono/html';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { ConsoleContext } from '../console-env.js';

type Status = 200 | 201 | 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 429 | 500 | 503 | 504;

/** Renders a page as an HTML response. */
export function renderPage(
  c: ConsoleContext,
  page: JSX.Element,
  status: Status = 200,
): MaybePromise<Response> {
  return c.html(raw(`<!doctype html>${page.toString()}`), status);
}
