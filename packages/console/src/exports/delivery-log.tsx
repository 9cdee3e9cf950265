import type { Connection, Delivery, Page } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { Confirmation, getConfirmation } from '../layout/confirmation.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { Pager } from '../layout/pager.js';
import { parseCursor } from '../layout/parse-cursor.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import {
  type DeliveryFilterFields,
  parseDeliveryFilter,
  toDeliveryFilter,
  toQuery,
} from './delivery-filter.js';
import { DeliveryFilterForm } from './delivery-filter-form.js';
import { DeliveryTable } from './delivery-table.js';
import type { ExportPagesOptions } from './export-pages-options.js';

const PAGE_SIZE = 25;

/** The deliveries of an export. Dead letters can be replayed. */
export function addDeliveryLog(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.get(`/exports/${CONNECTION_ID}/deliveries`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    const { searchParams } = new URL(c.req.url);
    const filter = parseDeliveryFilter(searchParams);
    const cursor = parseCursor(searchParams);
    const stored = { ...toDeliveryFilter(filter), connectionId: connection.id };
    const page = await service.listDeliveries(stored, { limit: PAGE_SIZE, cursor });
    const done = getConfirmation(c, { replayed: toReplayed(searchParams.get('count')) });
    const props = { view: getView(c), connection, filter, cursor, page, done };
    return renderPage(c, <DeliveryLogPage {...props} />);
  });
  addReplay(app, service);
}

function addReplay(app: Hono<ConsoleEnv>, service: ExportPagesOptions['service']): void {
  app.post(`/exports/${CONNECTION_ID}/deliveries/:delivery{[\\w.:-]{1,128}}/replay`, async (c) => {
    const { connectionId } = await service.replay(c.req.param('delivery'));
    const to = `exports/${connectionId}/deliveries?done=replayed&count=1`;
    return c.redirect(getView(c).link(to), 303);
  });
}

interface DeliveryLogPageProps {
  readonly view: View;
  readonly connection: Connection;
  readonly filter: DeliveryFilterFields;
  readonly cursor: string | undefined;
  readonly page: Page<Delivery>;
  /** The confirmation of the replay that led here. */
  readonly done: string | undefined;
}

function toReplayed(text: string | null): string {
  const count = /^\d{1,4}$/.test(text ?? '') ? Number(text) : 0;
  if (count === 0) return 'No dead letter met the conditions. Nothing was changed.';
  return count === 1 ? 'One dead letter is sent again.' : `${count} dead letters are sent again.`;
}

function DeliveryLogPage({ view, connection, filter, cursor, page, done }: DeliveryLogPageProps) {
  const path = `exports/${connection.id}`;
  const log = view.link(`${path}/deliveries`);
  return (
    <Layout view={view} title={`Deliveries of ${connection.name}`}>
      <PageHead
        title="Delivery log"
        back={{ href: view.link(path), title: connection.name }}
        lead="Every event that was queued for this export, newest first."
      >
        <a class="button" href={log + toQuery(filter)}>
          Refresh
        </a>
        <a class="button" href={view.link(`${path}/replay`)}>
          Replay dead letters
        </a>
      </PageHead>
      <Confirmation text={done} />
      <DeliveryFilterForm action={log} filter={filter} />
      {page.items.length === 0 ? (
        <div class="empty">
          <h2>{toQuery(filter) === '' ? 'No deliveries yet' : 'No matching deliveries'}</h2>
          <p>
            {toQuery(filter) === '' ? (
              'An event appears here when an engagement is completed.'
            ) : (
              <a href={log}>Show all deliveries</a>
            )}
          </p>
        </div>
      ) : (
        <DeliveryTable view={view} deliveries={page.items} />
      )}
      <Pager
        first={cursor && log + toQuery(filter)}
        next={page.nextCursor && log + toQuery(filter, page.nextCursor)}
      />
    </Layout>
  );
}
