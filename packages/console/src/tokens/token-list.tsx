import type { Page, TokenCount, TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { FormToken } from '../layout/change-form.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { Pager } from '../layout/pager.js';
import { parseCursor } from '../layout/parse-cursor.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { FilterForm } from './filter-form.js';
import {
  parseTokenFilter,
  type TokenFilterFields,
  toQuery,
  toSort,
  toSortTitle,
  toTokenFilter,
} from './token-filter.js';
import type { TokenPagesOptions } from './token-pages-options.js';
import { REVOKE_FORM, TokenTable } from './token-table.js';

const PAGE_SIZE = 25;

/** The list of tokens, without their secrets. */
export function addTokenList(app: Hono<ConsoleEnv>, options: TokenPagesOptions): void {
  app.get('/tokens', async (c) => {
    const { searchParams } = new URL(c.req.url);
    const filter = parseTokenFilter(searchParams);
    const cursor = parseCursor(searchParams);
    const request = { limit: PAGE_SIZE, cursor, ...toSort(filter) };
    const [page, count] = await Promise.all([
      options.authority.list(toTokenFilter(filter), request),
      options.authority.count(toTokenFilter(filter)),
    ]);
    const props = { view: getView(c), page, count, filter, cursor, scopes: options.scopes };
    return renderPage(c, <TokenListPage {...props} />);
  });
}

interface TokenListPageProps {
  readonly view: View;
  readonly page: Page<TokenRecord>;
  readonly count: TokenCount;
  readonly filter: TokenFilterFields;
  readonly cursor: string | undefined;
  readonly scopes: TokenPagesOptions['scopes'];
}

function TokenListPage(props: TokenListPageProps) {
  const { view, page, filter, cursor } = props;
  const list = view.link('tokens');
  const isEmpty = page.items.length === 0 && toQuery(filter) === '' && cursor === undefined;
  return (
    <Layout view={view} title="Client tokens">
      <ListHead view={view} isEmpty={isEmpty} />
      {isEmpty ? <EmptyList view={view} /> : <FilteredTokens {...props} />}
      <Pager
        first={cursor && list + toQuery(filter)}
        next={page.nextCursor && list + toQuery(filter, page.nextCursor)}
      />
    </Layout>
  );
}

interface ListHeadProps {
  readonly view: View;
  readonly isEmpty: boolean;
}

function ListHead({ view, isEmpty }: ListHeadProps) {
  return (
    <>
      <PageHead
        title="API tokens"
        lead="Programs call the API with these tokens. This list never shows their secrets."
      >
        {!isEmpty && (
          <>
            <a class="button" href={view.link('tokens/find-secret')}>
              Find a secret
            </a>
            <AddTokenLink view={view} />
          </>
        )}
      </PageHead>
      <nav class="tabs" aria-label="API tokens">
        <a href={view.link('tokens')} aria-current="page">
          Client tokens
        </a>
      </nav>
    </>
  );
}

function EmptyList({ view }: { readonly view: View }) {
  return (
    <div class="empty">
      <h2>No tokens yet</h2>
      <p>Add one token for each program that calls the API, with only the scopes it needs.</p>
      <AddTokenLink view={view} />
    </div>
  );
}

function FilteredTokens(props: TokenListPageProps) {
  const { view, page, filter, scopes } = props;
  return (
    <>
      <FilterForm view={view} filter={filter} scopes={scopes} />
      {page.items.length === 0 ? <NoTokens {...props} /> : <Tokens {...props} />}
    </>
  );
}

function Tokens({ view, page, count, filter }: TokenListPageProps) {
  return (
    <>
      <p class="count">{toCountText(count)}</p>
      <TokenTable view={view} tokens={page.items} order={toSortTitle(filter)} />
      <RevokeSelected view={view} />
    </>
  );
}

function toCountText({ count, isExact }: TokenCount): string {
  const number = `${isExact ? '' : 'At least '}${count.toLocaleString('en')}`;
  return `${number} ${count === 1 ? 'token' : 'tokens'}`;
}

/** A store examines a bounded number of tokens for each page, so an empty page need not be the last. */
function NoTokens({ view, page }: TokenListPageProps) {
  return (
    <div class="empty">
      <h2>{page.nextCursor === undefined ? 'No matching tokens' : 'No matching tokens so far'}</h2>
      <p>
        {page.nextCursor !== undefined && 'The search goes on with the next page. '}
        <a href={view.link('tokens')}>Show all tokens</a>
      </p>
    </div>
  );
}

function AddTokenLink({ view }: { readonly view: View }) {
  return (
    <a class="button primary" href={view.link('tokens/new')}>
      Add new token
    </a>
  );
}

/** The form of the check boxes in the table. It only leads to a page that asks. */
function RevokeSelected({ view }: { readonly view: View }) {
  return (
    <form id={REVOKE_FORM} method="post" action={view.link('tokens/revoke')}>
      <FormToken view={view} />
      <button type="submit" class="button danger">
        Revoke selected
      </button>
    </form>
  );
}
