import type { Connection } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { DataTable } from '../layout/data-table.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import { TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { ConnectionBadge, Receiver } from './connection-parts.js';
import { CONNECTION_REASON } from './connection-texts.js';
import type { ExportPagesOptions } from './export-pages-options.js';

/** The list of exports with their status. */
export function addConnectionList(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.get('/exports', async (c) => {
    const connections = await service.connections.list();
    return renderPage(c, <ConnectionListPage view={getView(c)} connections={connections} />);
  });
}

interface ConnectionListPageProps {
  readonly view: View;
  readonly connections: readonly Connection[];
}

function ConnectionListPage({ view, connections }: ConnectionListPageProps) {
  const add = (
    <a class="button primary" href={view.link('exports/new')}>
      Add new export
    </a>
  );
  const isEmpty = connections.length === 0;
  return (
    <Layout view={view} title="Exports">
      <PageHead title="Exports" lead="Systems that receive completed engagements.">
        {!isEmpty && add}
      </PageHead>
      {isEmpty ? (
        <div class="empty">
          <h2>No exports yet</h2>
          <p>Connect a CRM once. Every completed engagement is then delivered to it.</p>
          {add}
        </div>
      ) : (
        <ConnectionTable view={view} connections={connections} />
      )}
    </Layout>
  );
}

function ConnectionTable({ view, connections }: ConnectionListPageProps) {
  return (
    <DataTable
      caption="Exports, by name"
      rows={connections}
      columns={[
        {
          title: 'Export',
          cell: ({ id, name }) => <a href={view.link(`exports/${id}`)}>{name}</a>,
        },
        { title: 'Site', cell: ({ siteId }) => siteId },
        { title: 'Receiver', cell: (connection) => <Receiver connection={connection} /> },
        {
          title: 'Status',
          cell: (connection) => (
            <>
              <ConnectionBadge connection={connection} />
              {connection.reason !== undefined && (
                <span class="sub">{CONNECTION_REASON[connection.reason]}</span>
              )}
            </>
          ),
        },
        {
          title: 'Authorized',
          cell: (connection) => <Authorized connection={connection} />,
        },
      ]}
    />
  );
}

function Authorized({ connection }: { readonly connection: Connection }) {
  const { authorizedAt, authorizedBy, grantType } = connection;
  if (authorizedAt === undefined || authorizedBy === undefined) {
    return <>{grantType === 'authorization_code' ? 'Never' : 'No log-in needed'}</>;
  }
  return (
    <>
      <TimeText at={authorizedAt} dayOnly />
      <span class="sub">by {authorizedBy}</span>
    </>
  );
}
