import { randomUUID } from 'node:crypto';
import { createEngagement } from '@mandate/example-exports';
import { createPageAssets, escapeHtml, sendPage, toTable } from '@mandate/example-pages';
import type { Delivery, Exports } from '@mandate/exports';
import express, { type RequestHandler } from 'express';

/** The pages that the page of engagements links to. */
export interface EngagementLinks {
  readonly authorization: string;
  readonly crm: string;
}

/** A page with a button that completes an engagement, and the state of the latest deliveries. */
export function createEngagementsPage(crmExports: Exports, links: EngagementLinks): RequestHandler {
  const page = express.Router();
  page.use(createPageAssets());
  page.get('/', async (_req, res) => {
    const [connection] = await crmExports.connections.list();
    const { items } = await crmExports.listDeliveries({}, { limit: 20 });
    const isReady = connection?.authorizedAt !== undefined;
    sendPage(res, {
      title: 'Engagements',
      lead: writeLead(isReady, links),
      body: `<form method="post" action="/complete"><button>Complete an engagement</button></form>
<div data-live>${writeDeliveries(items)}</div>`,
      isLive: true,
    });
  });
  page.post('/complete', async (_req, res) => {
    await crmExports.enqueue(createEngagement(randomUUID()));
    res.redirect(303, '/');
  });
  return page;
}

function writeLead(isReady: boolean, { authorization, crm }: EngagementLinks): string {
  const link = `<a href="${crm}/">the CRM</a>`;
  if (isReady) return `The export sends each completed engagement to ${link}.`;
  return `<a href="${authorization}">Authorize the export</a> first. Until then, no engagement is sent to ${link}.`;
}

const COLOURS = { pending: 'warn', delivered: 'good', dead: 'bad' } as const;

function writeDeliveries(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 0) return '<p class="empty">No deliveries yet.</p>';
  const rows = deliveries.map(({ engagementId, status, attempts, failure = '' }) => [
    `<code>${escapeHtml(engagementId)}</code>`,
    `<span class="badge ${COLOURS[status]}">${status}</span>`,
    String(attempts),
    escapeHtml(failure),
  ]);
  return toTable(['Engagement', 'Delivery', 'Attempts', 'Failure'], rows);
}
