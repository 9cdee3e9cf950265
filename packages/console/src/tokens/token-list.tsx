import type { Page, TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { Pager } from '../layout/pager.js';
import { readCursor } from '../layout/read-cursor.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { FilterForm } from './filter-form.js';
import { type AskedFilter, readAskedFilter, toQuery, toTokenFilter } from './token-filter.js';
import type { TokenPagesOptions } from './token-pages-options.js';
import { TokenTable } from './token-table.js';

const PAGE_SIZE = 25;

/** The list of tokens: what they are for and worth, never a secret. */
export function addTokenList(app: Hono<ConsoleEnv>, options: TokenPagesOptions): void {
  app.get('/tokens', async (c) => {
    const { searchParams } = new URL(c.req.url);
    const filter = readAskedFilter(searchParams);
    const cursor = readCursor(searchParams);
    const page = await options.authority.list(toTokenFilter(filter), { limit: PAGE_SIZE, cursor });
    const props = { view: getView(c), page, filter, cursor, scopes: options.scopes };
    return renderPage(c, <TokenListPage {...props} />);
  });
}

interface TokenListPageProps {
  readonly view: View;
  readonly page: Page<TokenRecord>;
  readonly filter: AskedFilter;
  readonly cursor: string | undefined;
  readonly scopes: TokenPagesOptions['scopes'];
}

function TokenListPage({ view, page, filter, cursor, scopes }: TokenListPageProps) {
  const list = view.link('tokens');
  const isFiltered = toQuery(filter) !== '';
  const isBare = page.items.length === 0 && !isFiltered && cursor === undefined;
  return (
    <Layout view={view} title="Client tokens">
      <PageHead
        title="Client tokens"
        lead="Tokens with which programs call the API. Their secrets are never shown here."
      >
        {!isBare && <AddTokenLink view={view} />}
      </PageHead>
      {isBare ? (
        <div class="empty">
          <h2>No tokens yet</h2>
          <p>Add one for each program that calls the API, with no more scopes than it needs.</p>
          <AddTokenLink view={view} />
        </div>
      ) : (
        <>
          <FilterForm view={view} filter={filter} scopes={scopes} />
          {page.items.length === 0 ? (
            <div class="empty">
              <h2>No token matches</h2>
              <p>
                <a href={list}>Show all tokens</a>
              </p>
            </div>
          ) : (
            <TokenTable view={view} tokens={page.items} />
          )}
        </>
      )}
      <Pager
        newest={cursor && list + toQuery(filter)}
        older={page.nextCursor && list + toQuery(filter, page.nextCursor)}
      />
    </Layout>
  );
}

function AddTokenLink({ view }: { readonly view: View }) {
  return (
    <a class="button primary" href={view.link('tokens/new')}>
      Add new token
    </a>
  );
}
