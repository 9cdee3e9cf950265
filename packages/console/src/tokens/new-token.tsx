import { TokenAuthorityError } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleContext, type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import type { Problem } from '../layout/problem-summary.js';
import { renderPage } from '../layout/render-page.js';
import {
  createDraft,
  parseDraft,
  type TokenDraft,
  toNewToken,
  toProblems,
} from './new-token-draft.js';
import { NewTokenPage } from './new-token-page.js';
import { SecretPage } from './secret-page.js';
import type { TokenPagesOptions } from './token-pages-options.js';

/** Adds a token. The response to the form is the only page that shows the secret. */
export function addNewTokenPage(
  app: Hono<ConsoleEnv>,
  { authority, scopes, groups }: TokenPagesOptions,
): void {
  const showForm = (c: ConsoleContext, draft: TokenDraft, problems: readonly Problem[]) => (
    <NewTokenPage view={getView(c)} {...{ scopes, groups, draft, problems }} />
  );

  app.get('/tokens/new', (c) => renderPage(c, showForm(c, createDraft(getView(c).now), [])));

  // Without a script, a search for scopes renders the form again.
  app.post('/tokens/new', (c) => {
    const form = getForm(c);
    const scopeSearch = form.text('scopeSearch');
    const props = { view: getView(c), scopes, groups, draft: parseDraft(form), scopeSearch };
    return renderPage(c, <NewTokenPage {...props} problems={[]} />);
  });

  app.post('/tokens', async (c) => {
    const view = getView(c);
    const draft = parseDraft(getForm(c));
    try {
      const issued = await authority.create(toNewToken(draft), view.admin);
      return renderPage(c, <SecretPage view={view} issued={issued} event="added" />, 201);
    } catch (error) {
      if (!(error instanceof TokenAuthorityError)) throw error;
      const status = ConsoleError.from(error)?.status;
      return renderPage(c, showForm(c, draft, toProblems(error)), status);
    }
  });
}
