import { getTokenStatus, type TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getView } from '../console-env.js';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import { AgoText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { TOKEN_ID } from './token-id.js';
import type { TokenPagesOptions } from './token-pages-options.js';

/** Revokes a token, after a confirmation. */
export function addRevokePage(app: Hono<ConsoleEnv>, { authority }: TokenPagesOptions): void {
  app.get(`/tokens/${TOKEN_ID}/revoke`, async (c) => {
    const view = getView(c);
    const token = await authority.get(c.req.param('id'));
    if (getTokenStatus(token, view.now) === 'revoked')
      return c.redirect(view.link(`tokens/${token.id}`), 303);
    return renderPage(c, <RevokePage view={view} token={token} />);
  });

  app.post(`/tokens/${TOKEN_ID}/revoke`, async (c) => {
    const view = getView(c);
    const { id } = await authority.revoke(c.req.param('id'), view.admin);
    return c.redirect(view.link(`tokens/${id}?done=revoked`), 303);
  });
}

interface RevokePageProps {
  readonly view: View;
  readonly token: TokenRecord;
}

function RevokePage({ view, token }: RevokePageProps) {
  const { description, id, lastUsedAt } = token;
  const page = view.link(`tokens/${id}`);
  return (
    <Layout view={view} title={`Revoke ${description}`}>
      <PageHead title="Revoke this token?" back={{ href: page, title: description }} />
      <ChangeForm view={view} to={`tokens/${id}/revoke`} class="card form">
        <p>
          Requests with <strong>{description}</strong> are rejected from now on. This cannot be
          undone.
        </p>
        <p class="hint">
          {lastUsedAt === undefined ? (
            'The token was never used.'
          ) : (
            <>
              The token was last used <AgoText at={lastUsedAt} now={view.now} />.
            </>
          )}
        </p>
        <FormButtons submit="Revoke" isDangerous cancel={page} />
      </ChangeForm>
    </Layout>
  );
}
