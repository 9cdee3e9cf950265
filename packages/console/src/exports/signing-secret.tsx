import type { Connection } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { OverlapField, parseOverlap } from '../layout/overlap-field.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { SigningSecretPage } from './signing-secret-page.js';

/** Replaces a webhook's signing secret. The response to the form is the only page that shows the new one. */
export function addSigningSecretPage(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.get(`/exports/${CONNECTION_ID}/signing-secret`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    return renderPage(c, <RotateSigningSecretPage view={getView(c)} connection={connection} />);
  });

  app.post(`/exports/${CONNECTION_ID}/signing-secret`, async (c) => {
    const view = getView(c);
    const overlapSeconds = parseOverlap(getForm(c));
    const rotated = await service.connections.rotateSigningSecret(
      c.req.param('id'),
      overlapSeconds,
    );
    const { connection, signingSecret = '' } = rotated;
    const props = { view, connection, signingSecret, event: 'rotated' } as const;
    return renderPage(c, <SigningSecretPage {...props} />);
  });
}

interface RotateSigningSecretPageProps {
  readonly view: View;
  readonly connection: Connection;
}

function RotateSigningSecretPage({ view, connection }: RotateSigningSecretPageProps) {
  const path = `exports/${connection.id}`;
  return (
    <Layout view={view} title={`Rotate the signing secret of ${connection.name}`}>
      <PageHead
        title="Rotate the signing secret?"
        back={{ href: view.link(path), title: connection.name }}
        lead="While both secrets are valid, events are signed with both."
      />
      <ChangeForm view={view} to={`${path}/signing-secret`} class="card form">
        <OverlapField hint="Allow enough time to give the new secret to the receiver." />
        <FormButtons submit="Rotate" cancel={view.link(path)} />
      </ChangeForm>
    </Layout>
  );
}
