import { createPageAssets, escapeHtml, sendPage } from '@mandate/example-pages';
import express, { type Express } from 'express';

/** A site of another origin, with forms that post to the given one. */
export function createOtherSite(target: string): Express {
  const app = express();
  app.use(createPageAssets());
  app.get('/', (_req, res) => {
    const url = escapeHtml(target);
    sendPage(res, {
      title: 'Another site',
      lead: 'Its forms post to the site, and the browser adds the cookie if it thinks it should.',
      body: `<form method="post" action="${url}/notes">
<input type="hidden" name="text" value="written by another site">
<button>Write a note</button></form>
<form method="post" action="${url}/log-in">
<input type="hidden" name="user" value="eve@example.com">
<button>Log in as Eve</button></form>`,
    });
  });
  return app;
}
