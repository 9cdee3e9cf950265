import { TokenAuthorityError, type TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import { toSentence } from '../console-error.js';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { ProblemSummary } from '../layout/problem-summary.js';
import { renderPage } from '../layout/render-page.js';
import { TextField } from '../layout/text-field.js';
import type { View } from '../view.js';
import { TOKEN_ID } from './token-id.js';
import type { TokenPagesOptions } from './token-pages-options.js';

/** Changes the description of a token. */
export function addDescribePage(app: Hono<ConsoleEnv>, { authority }: TokenPagesOptions): void {
  app.get(`/tokens/${TOKEN_ID}/describe`, async (c) => {
    const token = await authority.get(c.req.param('id'));
    const { description } = token;
    return renderPage(c, <DescribePage view={getView(c)} {...{ token, description }} />);
  });

  app.post(`/tokens/${TOKEN_ID}/describe`, async (c) => {
    const view = getView(c);
    const token = await authority.get(c.req.param('id'));
    const description = getForm(c).text('description');
    try {
      await authority.describe(token.id, description, view.admin);
    } catch (error) {
      if (!(error instanceof TokenAuthorityError) || error.code !== 'invalid') throw error;
      const props = { view, token, description, error: toSentence(error.message) };
      return renderPage(c, <DescribePage {...props} />, 400);
    }
    return c.redirect(view.link(`tokens/${token.id}?done=described`), 303);
  });
}

interface DescribePageProps {
  readonly view: View;
  readonly token: TokenRecord;
  /** What was entered. */
  readonly description: string;
  readonly error?: string | undefined;
}

function DescribePage({ view, token, description, error }: DescribePageProps) {
  const page = view.link(`tokens/${token.id}`);
  return (
    <Layout view={view} title={`Edit ${token.description}`}>
      <PageHead
        title="Edit the description"
        back={{ href: page, title: token.description }}
        lead="Permission, scopes and groups cannot be changed. Add another token instead, and revoke this one."
      />
      <ProblemSummary
        problems={error === undefined ? [] : [{ field: 'description', message: error }]}
      />
      <ChangeForm view={view} to={`tokens/${token.id}/describe`} class="card form">
        <TextField
          name="description"
          label="Description"
          value={description}
          error={error}
          required
        />
        <FormButtons submit="Save" cancel={page} />
      </ChangeForm>
    </Layout>
  );
}
