import { type AuditEntry, getTokenStatus, type Page, type TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { Confirmation, getConfirmation } from '../layout/confirmation.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { Pager } from '../layout/pager.js';
import { parseCursor } from '../layout/parse-cursor.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { AuditTable } from './audit-table.js';
import { TokenFacts } from './token-facts.js';
import { TOKEN_ID } from './token-id.js';
import type { TokenPagesOptions } from './token-pages-options.js';

const PAGE_SIZE = 25;

const DONE = {
  revoked: 'The token is revoked. Requests with any of its secrets are rejected from now on.',
  described: 'The description is saved.',
  found: 'The secret belongs to this token.',
};

/** One token: its properties, its actions and its audit trail. */
export function addTokenPage(app: Hono<ConsoleEnv>, { authority }: TokenPagesOptions): void {
  app.get(`/tokens/${TOKEN_ID}`, async (c) => {
    const id = c.req.param('id');
    const cursor = parseCursor(new URL(c.req.url).searchParams);
    const token = await authority.get(id);
    const audit = await authority.audit(id, { limit: PAGE_SIZE, cursor });
    const { revoked, ...others } = DONE;
    const done = getConfirmation(
      c,
      token.revokedAt === undefined ? others : { ...others, revoked },
    );
    return renderPage(c, <TokenPage view={getView(c)} {...{ token, audit, cursor, done }} />);
  });
}

interface TokenPageProps {
  readonly view: View;
  readonly token: TokenRecord;
  readonly audit: Page<AuditEntry>;
  readonly cursor: string | undefined;
  /** The confirmation of the change that led here. */
  readonly done: string | undefined;
}

function TokenPage({ view, token, audit, cursor, done }: TokenPageProps) {
  const page = view.link(`tokens/${token.id}`);
  return (
    <Layout view={view} title={token.description}>
      <PageHead
        title={token.description}
        back={{ href: view.link('tokens'), title: 'Client tokens' }}
      >
        <TokenActions view={view} token={token} />
      </PageHead>
      <Confirmation text={done} />
      <section class="card">
        <TokenFacts view={view} token={token} />
      </section>
      <section>
        <h2>Audit trail</h2>
        <AuditTable view={view} entries={audit.items} />
        <Pager
          first={cursor && page}
          next={audit.nextCursor && `${page}?${new URLSearchParams({ cursor: audit.nextCursor })}`}
        />
      </section>
    </Layout>
  );
}

function TokenActions({ view, token }: { readonly view: View; readonly token: TokenRecord }) {
  const status = getTokenStatus(token, view.now);
  const edit = (
    <a class="button" href={view.link(`tokens/${token.id}/describe`)}>
      Edit description
    </a>
  );
  if (status === 'revoked') return edit;
  // Rotating yields a usable secret, so it needs the same right as creating the token.
  const mayRotate = token.permission !== 'GLOBAL' || view.admin.isSuperAdmin;
  return (
    <>
      {edit}
      {status === 'active' && mayRotate && (
        <a class="button" href={view.link(`tokens/${token.id}/rotate`)}>
          Rotate
        </a>
      )}
      <a class="button danger" href={view.link(`tokens/${token.id}/revoke`)}>
        Revoke
      </a>
    </>
  );
}
