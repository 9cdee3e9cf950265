import type { Connection } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { ChangeForm } from '../layout/change-form.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';

/** Ending an authorization, after asking once more. */
export function addDisconnectPage(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.get(`/exports/${CONNECTION_ID}/disconnect`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    return renderPage(c, <DisconnectPage view={getView(c)} connection={connection} />);
  });

  app.post(`/exports/${CONNECTION_ID}/disconnect`, async (c) => {
    const { id } = await service.connections.disconnect(c.req.param('id'));
    return c.redirect(getView(c).link(`exports/${id}`), 303);
  });
}

interface DisconnectPageProps {
  readonly view: View;
  readonly connection: Connection;
}

function DisconnectPage({ view, connection }: DisconnectPageProps) {
  const { id, name, revocationEndpoint } = connection;
  const page = view.link(`exports/${id}`);
  return (
    <Layout view={view} title={`Disconnect ${name}`}>
      <PageHead title="Disconnect this export?" back={{ href: page, title: name }} />
      <ChangeForm view={view} to={`exports/${id}/disconnect`} class="card form">
        <p>
          {revocationEndpoint === undefined
            ? 'Its tokens are forgotten here. Withdraw its access in the other system yourself: it has no revocation URL.'
            : 'Its tokens are forgotten here and revoked there.'}{' '}
          <strong>{name}</strong> gets no more engagements until somebody authorizes it again; those
          that end meanwhile are not kept for it.
        </p>
        <div class="buttons">
          <button type="submit" class="button danger solid">
            Disconnect
          </button>
          <a class="button" href={page}>
            Cancel
          </a>
        </div>
      </ChangeForm>
    </Layout>
  );
}
