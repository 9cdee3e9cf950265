import type { Connection, TestResult } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import { CONNECTION_REASON, DELIVERY_FAILURE } from './connection-texts.js';
import type { ExportPagesOptions } from './export-pages-options.js';

/** Sends a test event, and shows what the receiver answered. */
export function addTestEvent(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  // The address after a reload.
  app.get(`/exports/${CONNECTION_ID}/test`, (c) =>
    c.redirect(getView(c).link(`exports/${c.req.param('id')}`), 303),
  );

  app.post(`/exports/${CONNECTION_ID}/test`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    const result = await service.sendTest(connection.id);
    return renderPage(c, <TestResultPage {...{ view: getView(c), connection, result }} />);
  });
}

interface TestResultPageProps {
  readonly view: View;
  readonly connection: Connection;
  readonly result: TestResult;
}

function TestResultPage({ view, connection, result }: TestResultPageProps) {
  const page = view.link(`exports/${connection.id}`);
  const { isAccepted, responseStatus } = result;
  return (
    <Layout view={view} title={`Test of ${connection.name}`} isAnswer>
      <PageHead title="Test event" back={{ href: page, title: connection.name }} />
      <div class={`notice ${isAccepted ? 'good' : 'bad'}`} role="status" tabindex={-1} data-focus>
        <h2>{isAccepted ? 'Accepted' : 'Not accepted'}</h2>
        <p>{toText(connection, result)}</p>
        {responseStatus !== undefined && <p>HTTP {responseStatus}</p>}
      </div>
      <p>
        <a class="button" href={page}>
          Done
        </a>
      </p>
    </Layout>
  );
}

function toText({ destination }: Connection, { isAccepted, failure, reason }: TestResult): string {
  if (failure !== undefined) return `${DELIVERY_FAILURE[failure]}.`;
  if (reason !== undefined) return `No access token was available. ${CONNECTION_REASON[reason]}`;
  if (!isAccepted) return 'The receiver did not accept the event.';
  return destination.kind === 'webhook'
    ? 'The receiver accepted the signed test event. It has the type “test” and no engagement.'
    : 'Salesforce accepted the access token, and knows the object. No record was changed.';
}
