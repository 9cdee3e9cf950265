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

/** Ends an authorization, after a confirmation. */
export function addDisconnectPage(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.get(`/exports/${CONNECTION_ID}/disconnect`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    return renderPage(c, <DisconnectPage view={getView(c)} connection={connection} />);
  });

  app.post(`/exports/${CONNECTION_ID}/disconnect`, async (c) => {
    const { id } = await service.connections.disconnect(c.req.param('id'));
    return c.redirect(getView(c).link(`exports/${id}?done=disconnected`), 303);
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
            ? 'The stored tokens are deleted. This export has no revocation URL, so also remove its access in the other system.'
            : 'The stored tokens are deleted, and revoked in the other system.'}{' '}
          <strong>{name}</strong> receives no engagements until an administrator authorizes it
          again. Engagements that end in the meantime are not queued for it.
        </p>
        <FormButtons submit="Disconnect" isDangerous cancel={page} />
      </ChangeForm>
    </Layout>
  );
}
