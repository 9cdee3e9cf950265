import type { Connection, Delivery, DeliveryCounts, Exports } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { ChangeForm } from '../layout/change-form.js';
import { Confirmation, getConfirmation } from '../layout/confirmation.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { AuthorizationPanel } from './authorization-panel.js';
import { ConnectionFacts } from './connection-facts.js';
import { CONNECTION_ID, EgressNote } from './connection-parts.js';
import { isResult } from './connection-texts.js';
import { DeliveryNumbers } from './delivery-numbers.js';
import { DeliveryTable } from './delivery-table.js';
import type { ExportPagesOptions } from './export-pages-options.js';

const SHOWN_DELIVERIES = 5;

/** One export: its authorization, its settings and its latest deliveries. */
export function addConnectionPage(app: Hono<ConsoleEnv>, options: ExportPagesOptions): void {
  const { service, egressAddresses } = options;
  app.get(`/exports/${CONNECTION_ID}`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    const deliveries = await loadDeliveries(service, connection.id);
    const result = c.req.query('result') ?? '';
    // This page must be able to notice that its log-in window closes.
    c.header('cross-origin-opener-policy', 'same-origin-allow-popups');
    const done = getConfirmation(c, buildConfirmations(connection));
    const props = { view: getView(c), connection, egressAddresses, done, ...deliveries };
    const shown = isResult(result) ? result : undefined;
    return renderPage(c, <ConnectionPage {...props} result={shown} />);
  });
}

async function loadDeliveries(service: Exports, connectionId: string) {
  const [latest, counts] = await Promise.all([
    service.listDeliveries({ connectionId }, { limit: SHOWN_DELIVERIES }),
    service.countDeliveries(connectionId),
  ]);
  return { deliveries: latest.items, counts };
}

const ADDED = 'The export is added. Authorize it next.';
const ADDED_WITHOUT_LOGIN =
  'The export is added. Engagements that end from now on are queued for it.';

/** The confirmations of the changes that can have led to the state of the export. */
function buildConfirmations({ grantType, status }: Connection): Readonly<Record<string, string>> {
  const { enabled, disabled, disconnected, ...always } = DONE;
  const hasEnded = ['unauthorized', 'authorizing', 'disabled'].includes(status);
  return {
    ...always,
    added: grantType === 'authorization_code' ? ADDED : ADDED_WITHOUT_LOGIN,
    ...(status === 'disabled' ? { disabled } : { enabled }),
    ...(hasEnded ? { disconnected } : {}),
  };
}

const DONE = {
  saved: 'The settings are saved.',
  enabled: 'The export is enabled. Engagements that end from now on are queued for it.',
  disabled: 'The export is disabled. Its authorization is kept.',
  disconnected: 'The export is disconnected. Its tokens are deleted.',
};

interface ConnectionPageProps extends Pick<ExportPagesOptions, 'egressAddresses'> {
  readonly view: View;
  readonly connection: Connection;
  readonly deliveries: readonly Delivery[];
  readonly counts: DeliveryCounts;
  /** The confirmation of the change that led here. */
  readonly done: string | undefined;
  readonly result: Parameters<typeof AuthorizationPanel>[0]['result'];
}

function ConnectionPage({ view, connection, ...props }: ConnectionPageProps) {
  return (
    <Layout view={view} title={connection.name}>
      <PageHead title={connection.name} back={{ href: view.link('exports'), title: 'Exports' }}>
        <ConnectionActions view={view} connection={connection} />
      </PageHead>
      <Confirmation text={props.done} />
      <AuthorizationPanel view={view} connection={connection} result={props.result} />
      <EgressNote addresses={props.egressAddresses} />
      <section class="card">
        <h2>Settings</h2>
        <ConnectionFacts connection={connection} />
      </section>
      <DeliveryNumbers
        view={view}
        counts={props.counts}
        log={view.link(`exports/${connection.id}/deliveries`)}
      />
      <LatestDeliveries view={view} connection={connection} {...props} />
    </Layout>
  );
}

interface PartProps {
  readonly view: View;
  readonly connection: Connection;
}

function ConnectionActions({ view, connection }: PartProps) {
  const { id, status, destination, authorizedAt, grantType } = connection;
  return (
    <>
      {destination.kind === 'webhook' && (
        <a class="button" href={view.link(`exports/${id}/signing-secret`)}>
          Rotate signing secret
        </a>
      )}
      {(status === 'active' || status === 'degraded') && (
        <ChangeForm view={view} to={`exports/${id}/test`}>
          <button type="submit" class="button">
            Send test event
          </button>
        </ChangeForm>
      )}
      {status === 'disabled' ? (
        <ChangeForm view={view} to={`exports/${id}/enable`}>
          <button type="submit" class="button">
            Enable
          </button>
        </ChangeForm>
      ) : (
        <a class="button" href={view.link(`exports/${id}/disable`)}>
          Disable
        </a>
      )}
      {authorizedAt !== undefined && grantType === 'authorization_code' && (
        <a class="button danger" href={view.link(`exports/${id}/disconnect`)}>
          Disconnect
        </a>
      )}
    </>
  );
}

type LatestDeliveriesProps = PartProps & Pick<ConnectionPageProps, 'deliveries' | 'counts'>;

function LatestDeliveries({ view, connection, deliveries, counts }: LatestDeliveriesProps) {
  const log = view.link(`exports/${connection.id}/deliveries`);
  return (
    <section>
      <h2>Latest deliveries</h2>
      {counts.dead > 0 && (
        <p class="notice bad">
          Some events could not be delivered. <a href={`${log}?status=dead`}>Show dead letters</a>
        </p>
      )}
      {deliveries.length === 0 ? (
        <div class="empty">
          <p>No deliveries yet.</p>
        </div>
      ) : (
        <>
          <DeliveryTable view={view} deliveries={deliveries} />
          <p>
            <a href={log}>Delivery log</a>
          </p>
        </>
      )}
    </section>
  );
}
