import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createPageAssets } from '@mandate/example-pages';
import express, { type RequestHandler } from 'express';

const SCRIPT = '@mandate/client/mandate-client.global.js';
const PAGES = fileURLToPath(new URL('../public', import.meta.url));

/** The public pages: `/` for agents, and `/visitor.html`. */
export function createPages(): RequestHandler {
  const script = createRequire(import.meta.url).resolve(SCRIPT);
  const pages = express.Router();
  pages.use(function setHeaders(_req, res, next) {
    // The page keeps a token, so it runs only its own scripts and connects only to its own server.
    const own = "script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";
    const none = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    res.set('content-security-policy', `${none}; ${own}`);
    res.set('x-content-type-options', 'nosniff');
    next();
  });
  pages.use('/mandate-client.js', function sendScript(_req, res) {
    res.sendFile(script);
  });
  pages.use(createPageAssets());
  pages.use(express.static(PAGES));
  return pages;
}
