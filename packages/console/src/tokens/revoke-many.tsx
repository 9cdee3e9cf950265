import { getTokenStatus, type TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import { AgoText } from '../layout/time-text.js';
import type { View } from '../view.js';
import type { TokenPagesOptions } from './token-pages-options.js';

/** The number of tokens on a page of the list, which is what can be selected. */
const MAX_TOKENS = 25;

/** Revokes the selected tokens of the list. The first form asks, and its answer confirms. */
export function addRevokeManyPage(app: Hono<ConsoleEnv>, { authority }: TokenPagesOptions): void {
  app.post('/tokens/revoke', async (c) => {
    const view = getView(c);
    const form = getForm(c);
    const ids = [...new Set(form.choices('ids'))].filter((id) => /^[\w-]{1,64}$/.test(id));
    if (ids.length === 0) throw new ConsoleError(400, 'Select at least one token.');
    if (ids.length > MAX_TOKENS) {
      throw new ConsoleError(400, `Select at most ${MAX_TOKENS} tokens.`);
    }
    const tokens = await Promise.all(ids.map((id) => authority.get(id)));
    const open = tokens.filter((token) => getTokenStatus(token, view.now) !== 'revoked');
    if (open.length === 0) throw new ConsoleError(409, 'These tokens are revoked already.');
    if (form.text('confirmed') !== 'yes') {
      return renderPage(c, <RevokeManyPage view={view} tokens={open} />);
    }
    // A fault ends the work. The list then shows which tokens are revoked.
    for (const { id } of open) await authority.revoke(id, view.admin);
    return c.redirect(view.link(`tokens?done=revoked&count=${open.length}`), 303);
  });
}

interface RevokeManyPageProps {
  readonly view: View;
  readonly tokens: readonly TokenRecord[];
}

function RevokeManyPage({ view, tokens }: RevokeManyPageProps) {
  const title =
    tokens.length === 1 ? 'Revoke this token?' : `Revoke these ${tokens.length} tokens?`;
  const list = view.link('tokens');
  return (
    <Layout view={view} title={title}>
      <PageHead title={title} back={{ href: list, title: 'Client tokens' }} />
      <ChangeForm view={view} to="tokens/revoke" class="card form">
        <input type="hidden" name="confirmed" value="yes" />
        <p>Requests with these tokens are rejected from now on. This cannot be undone.</p>
        <ul class="plain-list">
          {tokens.map(({ id, description, lastUsedAt }) => (
            <li>
              <input type="hidden" name="ids" value={id} />
              <strong>{description}</strong>
              <span class="sub">
                {lastUsedAt === undefined ? (
                  'Never used'
                ) : (
                  <>
                    Last used <AgoText at={lastUsedAt} now={view.now} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
        <FormButtons submit="Revoke" isDangerous cancel={list} />
      </ChangeForm>
    </Layout>
  );
}
