import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.js';
import { BROWSER_SCRIPT } from './browser-script.js';
import { ICON } from './icon.js';
import { STYLESHEET } from './stylesheet.js';

const ASSETS = [
  { name: 'console.css', type: 'text/css; charset=utf-8', text: STYLESHEET },
  { name: 'console.js', type: 'text/javascript; charset=utf-8', text: BROWSER_SCRIPT },
  { name: 'icon.svg', type: 'image/svg+xml', text: ICON },
] as const;

/** Serves the files of the pages. They are public because the 401 page needs them and they hold no data. */
export function serveAssets(app: Hono<ConsoleEnv>): void {
  for (const { name, type, text } of ASSETS) {
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    const headers = { 'content-type': type, 'cache-control': 'no-cache', etag };
    app.get(`/assets/${name}`, ({ req }) =>
      req.header('if-none-match') === etag
        ? new Response(null, { status: 304, headers })
        : new Response(text, { headers }),
    );
  }
}
