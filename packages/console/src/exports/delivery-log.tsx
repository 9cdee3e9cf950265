import type { Connection, Delivery, Page } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { Pager } from '../layout/pager.js';
import { readCursor } from '../layout/read-cursor.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import {
  type AskedDeliveries,
  readAskedDeliveries,
  toDeliveryFilter,
  toQuery,
} from './delivery-filter.js';
import { DeliveryFilterForm } from './delivery-filter-form.js';
import { DeliveryTable } from './delivery-table.js';
import type { ExportPagesOptions } from './export-pages-options.js';

const PAGE_SIZE = 25;

/** What an export delivered and what it could not, which can be sent again. */
export function addDeliveryLog(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.get(`/exports/${CONNECTION_ID}/deliveries`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    const { searchParams } = new URL(c.req.url);
    const asked = readAskedDeliveries(searchParams);
    const cursor = readCursor(searchParams);
    const filter = { ...toDeliveryFilter(asked), connectionId: connection.id };
    const page = await service.listDeliveries(filter, { limit: PAGE_SIZE, cursor });
    const props = { view: getView(c), connection, asked, cursor, page };
    return renderPage(c, <DeliveryLogPage {...props} />);
  });

  app.post(`/exports/${CONNECTION_ID}/deliveries/:delivery{[\\w.:-]{1,128}}/replay`, async (c) => {
    const { connectionId } = await service.replay(c.req.param('delivery'));
    return c.redirect(getView(c).link(`exports/${connectionId}/deliveries`), 303);
  });
}

interface DeliveryLogPageProps {
  readonly view: View;
  readonly connection: Connection;
  readonly asked: AskedDeliveries;
  readonly cursor: string | undefined;
  readonly page: Page<Delivery>;
}

function DeliveryLogPage({ view, connection, asked, cursor, page }: DeliveryLogPageProps) {
  const path = `exports/${connection.id}`;
  const log = view.link(`${path}/deliveries`);
  return (
    <Layout view={view} title={`Deliveries of ${connection.name}`}>
      <PageHead
        title="Delivery log"
        back={{ href: view.link(path), title: connection.name }}
        lead="Every event that was taken for this export, newest first."
      >
        <a class="button" href={log + toQuery(asked)}>
          Refresh
        </a>
      </PageHead>
      <DeliveryFilterForm action={log} asked={asked} />
      {page.items.length === 0 ? (
        <div class="empty">
          <h2>{toQuery(asked) === '' ? 'No deliveries yet' : 'No delivery matches'}</h2>
          <p>
            {toQuery(asked) === '' ? (
              'Events appear here as soon as engagements are completed.'
            ) : (
              <a href={log}>Show all deliveries</a>
            )}
          </p>
        </div>
      ) : (
        <DeliveryTable view={view} deliveries={page.items} />
      )}
      <Pager
        newest={cursor && log + toQuery(asked)}
        older={page.nextCursor && log + toQuery(asked, page.nextCursor)}
      />
    </Layout>
  );
}
