import { type Connection, type ConnectionChanges, ExportError } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { type Problem, ProblemSummary } from '../layout/problem-summary.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { type ConnectionDraft, parseDraft, toDraft, toFingerprint } from './connection-draft.js';
import { ConnectionForm, toFormTitle } from './connection-form.js';
import { CONNECTION_ID } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { toNewConnection } from './to-new-connection.js';
import { toProblems } from './to-problems.js';

/** Saving would silently undo what another administrator saved after the form was opened. */
const STALE: readonly Problem[] = [
  {
    field: '',
    message:
      'Another administrator changed this export after you opened this form. Check its page first. If you save again, your input replaces those changes.',
  },
];

/** *Configure OAuth* of an existing export. */
export function addEditConnectionPage(
  app: Hono<ConsoleEnv>,
  { service }: ExportPagesOptions,
): void {
  const { connections } = service;

  app.get(`/exports/${CONNECTION_ID}/configure`, async (c) => {
    const connection = await connections.get(c.req.param('id'));
    const props = { view: getView(c), connection, draft: toDraft(connection), problems: [] };
    return renderPage(c, <EditConnectionPage {...props} />);
  });

  app.post(`/exports/${CONNECTION_ID}/configure`, async (c) => {
    const view = getView(c);
    const connection = await connections.get(c.req.param('id'));
    const draft = parseDraft(getForm(c), toDraft(connection));
    if (getForm(c).text('seen') !== toFingerprint(connection)) {
      return renderPage(
        c,
        <EditConnectionPage {...{ view, connection, draft }} problems={STALE} />,
        409,
      );
    }
    try {
      await connections.update(connection.id, toChanges(draft, connection));
      return c.redirect(view.link(`exports/${connection.id}?done=saved`), 303);
    } catch (error) {
      if (!(error instanceof ExportError) || error.code !== 'invalid') throw error;
      const props = { view, connection, draft, problems: toProblems(error) };
      return renderPage(c, <EditConnectionPage {...props} />, 400);
    }
  });
}

/** Preset and grant type never change. A URL that is omitted, and was derived, is derived again. */
function toChanges(draft: ConnectionDraft, connection: Connection): ConnectionChanges {
  const { preset: _, grantType: __, revocationEndpoint, ...changes } = toNewConnection(draft);
  return revocationEndpoint === connection.revocationEndpoint
    ? changes
    : { ...changes, revocationEndpoint };
}

interface EditConnectionPageProps {
  readonly view: View;
  readonly connection: Connection;
  readonly draft: ConnectionDraft;
  readonly problems: readonly Problem[];
}

function EditConnectionPage({ view, connection, draft, problems }: EditConnectionPageProps) {
  const path = `exports/${connection.id}`;
  const title = toFormTitle(connection.grantType);
  return (
    <Layout view={view} title={`${title}: ${connection.name}`}>
      <PageHead
        title={title}
        back={{ href: view.link(path), title: connection.name }}
        lead={
          connection.grantType === 'authorization_code'
            ? 'If you change the client ID or the host of a URL, the export must be authorized again.'
            : undefined
        }
      />
      <ProblemSummary problems={problems} />
      <ConnectionForm
        {...{ view, draft, problems }}
        redirectUri={connection.redirectUri}
        to={`${path}/configure`}
        cancel={path}
        seen={toFingerprint(connection)}
      />
    </Layout>
  );
}
