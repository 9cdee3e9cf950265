import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { CONNECTION_ID } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';

/** Taking no more events for an export, and taking them again. Its authorization stays. */
export function addConnectionSwitch(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  for (const action of ['disable', 'enable'] as const) {
    app.post(`/exports/${CONNECTION_ID}/${action}`, async (c) => {
      const { id } = await service.connections[action](c.req.param('id'));
      return c.redirect(getView(c).link(`exports/${id}`), 303);
    });
  }
}
