import { SearchLimiter } from '@mandate/internal/search-limiter';
import { TokenAuthorityError } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ConsoleError, toSentence } from '../console-error.js';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { ProblemSummary } from '../layout/problem-summary.js';
import { renderPage } from '../layout/render-page.js';
import { TextField } from '../layout/text-field.js';
import type { View } from '../view.js';
import type { TokenPagesOptions } from './token-pages-options.js';

/** Finds the token of a secret, such as one that has leaked. The page never shows what was entered. */
export function addFindSecretPage(app: Hono<ConsoleEnv>, { authority }: TokenPagesOptions): void {
  const limiter = new SearchLimiter();

  app.get('/tokens/find-secret', (c) =>
    renderPage(c, <FindSecretPage view={getView(c)} error={undefined} />),
  );

  app.post('/tokens/find-secret', async (c) => {
    const view = getView(c);
    if (!limiter.allows(view.admin.subject, view.now.getTime())) {
      throw new ConsoleError(429, 'Too many searches for secrets. Try again in a minute.');
    }
    try {
      const { id } = await authority.findSecret(getForm(c).text('secret'));
      return c.redirect(view.link(`tokens/${id}?done=found`), 303);
    } catch (error) {
      if (!(error instanceof TokenAuthorityError)) throw error;
      const status = error.code === 'not_found' ? 404 : 400;
      return renderPage(
        c,
        <FindSecretPage view={view} error={toSentence(error.message)} />,
        status,
      );
    }
  });
}

interface FindSecretPageProps {
  readonly view: View;
  readonly error: string | undefined;
}

function FindSecretPage({ view, error }: FindSecretPageProps) {
  const list = view.link('tokens');
  return (
    <Layout view={view} title="Find a secret">
      <PageHead
        title="Find the token of a secret"
        lead="For example, a secret that has leaked. It is neither stored nor logged."
        back={{ href: list, title: 'Client tokens' }}
      />
      <ProblemSummary
        title="Not found"
        problems={error === undefined ? [] : [{ field: 'secret', message: error }]}
      />
      <ChangeForm view={view} to="tokens/find-secret" class="card form">
        <TextField name="secret" label="Secret" type="password" value="" error={error} required />
        <FormButtons submit="Find" cancel={list} />
      </ChangeForm>
    </Layout>
  );
}
