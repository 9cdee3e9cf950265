import { randomUUID } from 'node:crypto';
import { createEngagement } from '@mandate/example-exports';
import type { Exports } from '@mandate/exports';
import express, { type RequestHandler } from 'express';

/** Where the page leads to. */
export interface EngagementLinks {
  readonly authorization: string;
  readonly crm: string;
}

/** A page with a button that completes an engagement, and what became of those that were completed. */
export function createEngagementsPage(crmExports: Exports, links: EngagementLinks): RequestHandler {
  const page = express.Router();
  page.get('/', async (_req, res) => {
    const { items } = await crmExports.listDeliveries({}, { limit: 20 });
    const rows = items.map(({ engagementId, status, attempts, failure = '' }) => {
      const cells = [engagementId, status, String(attempts), failure];
      return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    });
    // It holds no script: it asks again by itself.
    res.set(
      'content-security-policy',
      "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    res.send(`<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<title>Engagements</title><h1>Engagements</h1>
<p><a href="${links.authorization}">Authorize the export</a> first: until then engagements go nowhere. What arrives is shown by <a href="${links.crm}/">the CRM</a>.</p>
<form method="post" action="/complete"><button>Complete an engagement</button></form>
<table><tr><th>engagement</th><th>delivery</th><th>attempts</th><th>failure</th></tr>${rows.join('')}</table></html>`);
  });
  page.post('/complete', async (_req, res) => {
    await crmExports.enqueue(createEngagement(randomUUID()));
    res.redirect(303, '/');
  });
  return page;
}
