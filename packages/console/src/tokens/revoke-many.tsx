import { getTokenStatus, type TokenAuthority, type TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import type { Form } from '../form.js';
import { renderPage } from '../layout/render-page.js';
import { type OnFault, reportFault } from '../report-fault.js';
import { RevocationsPage } from './revocations-page.js';
import { RevokeManyPage } from './revoke-many-page.js';
import type { TokenPagesOptions } from './token-pages-options.js';

/** The number of tokens on a page of the list, which is what can be selected. */
const MAX_TOKENS = 25;

export interface RevokeManyOptions extends TokenPagesOptions {
  readonly onError: OnFault;
}

/** Revokes the selected tokens of the list. The first form asks, and its answer confirms. */
export function addRevokeManyPage(app: Hono<ConsoleEnv>, options: RevokeManyOptions): void {
  const { authority, onError } = options;
  // The address after a reload.
  app.get('/tokens/revoke', (c) => c.redirect(getView(c).link('tokens'), 303));

  app.post('/tokens/revoke', async (c) => {
    const view = getView(c);
    const form = getForm(c);
    const tokens = await loadTokens(authority, parseIds(form));
    const open = tokens.filter((token) => getTokenStatus(token, view.now) !== 'revoked');
    if (open.length === 0) throw new ConsoleError(409, 'These tokens are revoked already.');
    if (form.text('confirmed') !== 'yes') {
      return renderPage(c, <RevokeManyPage view={view} tokens={open} />);
    }
    const ids = open.map(({ id }) => id);
    const results = await authority.revokeMany(ids, view.admin);
    const faults = results.filter(({ error }) => error !== undefined);
    for (const { error } of faults) reportFault(onError, error);
    const page = <RevocationsPage view={view} tokens={open} results={results} />;
    return renderPage(c, page, faults.length === 0 ? 200 : 503);
  });
}

/** @throws ConsoleError if no token is selected, or too many are. */
function parseIds(form: Form): readonly string[] {
  const ids = [...new Set(form.choices('ids'))].filter((id) => /^[\w-]{1,64}$/.test(id));
  if (ids.length === 0) throw new ConsoleError(400, 'Select at least one token.');
  if (ids.length > MAX_TOKENS) {
    throw new ConsoleError(400, `Select at most ${MAX_TOKENS} tokens.`);
  }
  return ids;
}

function loadTokens(
  authority: TokenAuthority,
  ids: readonly string[],
): Promise<readonly TokenRecord[]> {
  return Promise.all(ids.map((id) => authority.get(id)));
}
