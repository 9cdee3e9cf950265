import type { Connection } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';

/** Disables an export, after a confirmation, and enables it. A disabled export keeps its authorization. */
export function addConnectionSwitch(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.get(`/exports/${CONNECTION_ID}/disable`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    return renderPage(c, <DisablePage view={getView(c)} connection={connection} />);
  });

  for (const action of ['disable', 'enable'] as const) {
    app.post(`/exports/${CONNECTION_ID}/${action}`, async (c) => {
      const { id } = await service.connections[action](c.req.param('id'));
      return c.redirect(getView(c).link(`exports/${id}?done=${action}d`), 303);
    });
  }
}

interface DisablePageProps {
  readonly view: View;
  readonly connection: Connection;
}

function DisablePage({ view, connection: { id, name } }: DisablePageProps) {
  const page = view.link(`exports/${id}`);
  return (
    <Layout view={view} title={`Disable ${name}`}>
      <PageHead title="Disable this export?" back={{ href: page, title: name }} />
      <ChangeForm view={view} to={`exports/${id}/disable`} class="card form">
        <p>
          Engagements that end while <strong>{name}</strong> is disabled are not queued for it, and
          cannot be delivered later. The authorization is kept.
        </p>
        <FormButtons submit="Disable" isDangerous cancel={page} />
      </ChangeForm>
    </Layout>
  );
}
