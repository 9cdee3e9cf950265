import type { AuditEntry } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { Pager } from '../layout/pager.js';
import { parseCursor } from '../layout/parse-cursor.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { type AuditFilter, loadAudit, parseAuditFilter, toQuery } from './audit-filter.js';
import { AuditFilterForm } from './audit-filter-form.js';
import { AuditTable, type NamedTokens } from './audit-table.js';
import type { TokenPagesOptions } from './token-pages-options.js';

/** The changes of all tokens. */
export function addAuditPage(app: Hono<ConsoleEnv>, { authority }: TokenPagesOptions): void {
  app.get('/audit', async (c) => {
    const { searchParams } = new URL(c.req.url);
    const filter = parseAuditFilter(searchParams);
    const cursor = parseCursor(searchParams);
    const { items, nextCursor } = await loadAudit(authority, filter, cursor);
    const ids = [...new Set(items.map(({ tokenId }) => tokenId))];
    const tokens = await Promise.all(ids.map((id) => authority.get(id)));
    const names = new Map(tokens.map(({ id, description }) => [id, description]));
    const props = { view: getView(c), filter, cursor, entries: items, nextCursor, names };
    return renderPage(c, <AuditPage {...props} />);
  });
}

interface AuditPageProps {
  readonly view: View;
  readonly filter: AuditFilter;
  readonly cursor: string | undefined;
  readonly entries: readonly AuditEntry[];
  readonly nextCursor: string | undefined;
  readonly names: NamedTokens;
}

function AuditPage({ view, filter, cursor, entries, nextCursor, names }: AuditPageProps) {
  const page = view.link('audit');
  const isFiltered = toQuery(filter) !== '';
  return (
    <Layout view={view} title="Audit">
      <PageHead
        title="Audit trail"
        lead="Who changed which token, newest first. Secrets are never recorded."
      />
      <AuditFilterForm action={page} filter={filter} />
      {entries.length > 0 ? (
        <AuditTable entries={entries} view={view} names={names} />
      ) : (
        <div class="empty">
          <h2>{toEmptyTitle(isFiltered, nextCursor)}</h2>
          <p>
            {nextCursor !== undefined && 'The search goes on with the next page. '}
            {isFiltered && <a href={page}>Show all changes</a>}
          </p>
        </div>
      )}
      <Pager
        first={cursor && page + toQuery(filter)}
        next={nextCursor && page + toQuery(filter, nextCursor)}
      />
    </Layout>
  );
}

/** One page examines a bounded number of changes, so an empty page need not be the last. */
function toEmptyTitle(isFiltered: boolean, nextCursor: string | undefined): string {
  if (!isFiltered) return 'No changes yet';
  return nextCursor === undefined ? 'No matching changes' : 'No matching changes so far';
}
