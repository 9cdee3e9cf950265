import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { CONNECTION_ID } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';

/** Disables and enables an export. A disabled export queues no events and keeps its authorization. */
export function addConnectionSwitch(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  for (const action of ['disable', 'enable'] as const) {
    app.post(`/exports/${CONNECTION_ID}/${action}`, async (c) => {
      const { id } = await service.connections[action](c.req.param('id'));
      return c.redirect(getView(c).link(`exports/${id}`), 303);
    });
  }
}
