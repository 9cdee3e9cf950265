import { ExportError, type Exports } from '@mandate/exports';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { Hono } from 'hono';
import { type ConsoleContext, type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import type { Problem } from '../layout/problem-summary.js';
import { renderPage } from '../layout/render-page.js';
import { ChooseSystemPage } from './choose-system-page.js';
import { type ConnectionDraft, createDraft, parseDraft } from './connection-draft.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { NewConnectionPage } from './new-connection-page.js';
import { SigningSecretPage } from './signing-secret-page.js';
import { parseSystem } from './system.js';
import { toNewConnection } from './to-new-connection.js';
import { toProblems } from './to-problems.js';

/** Adds an export: first the choice of the system, then *Configure OAuth*. */
export function addNewConnectionPage(app: Hono<ConsoleEnv>, options: ExportPagesOptions): void {
  const { service, egressAddresses } = options;

  app.get('/exports/new', (c) => {
    const view = getView(c);
    const system = parseSystem(c.req.query('preset'), c.req.query('grantType'));
    if (system === undefined) return renderPage(c, <ChooseSystemPage view={view} />);
    const draft = createDraft(system.preset, system.grantType);
    const redirectUri = findRedirectUri(service, draft);
    const props = { view, draft, problems: [], egressAddresses, redirectUri };
    return renderPage(c, <NewConnectionPage {...props} />);
  });

  app.post('/exports', async (c) => {
    const view = getView(c);
    const form = getForm(c);
    const system = parseSystem(form.text('preset'), form.text('grantType'));
    if (system === undefined) throw new ConsoleError(400, 'Choose one of the systems.');
    const draft = parseDraft(form, createDraft(system.preset, system.grantType));
    if (form.text('show') === 'callback') return showCallbackUrl(c, options, draft);
    try {
      const created = await service.connections.create(toNewConnection(draft));
      const { connection, signingSecret } = created;
      if (signingSecret === undefined)
        return c.redirect(view.link(`exports/${connection.id}?done=added`), 303);
      const props = { view, connection, signingSecret, event: 'added' } as const;
      return renderPage(c, <SigningSecretPage {...props} />, 201);
    } catch (error) {
      if (!(error instanceof ExportError) || error.code !== 'invalid') throw error;
      const redirectUri = findRedirectUri(service, draft);
      const props = { view, draft, problems: toProblems(error), egressAddresses, redirectUri };
      return renderPage(c, <NewConnectionPage {...props} />, 400);
    }
  });
}

/** The callback URL, which the app in the other system needs before it has an ID and a secret. */
function findRedirectUri({ connections }: Exports, draft: ConnectionDraft): string | undefined {
  const { preset, grantType, values } = draft;
  if (grantType !== 'authorization_code') return undefined;
  return connections.toRedirectUri({
    preset,
    authorizationEndpoint: values.authorizationEndpoint || undefined,
    tokenEndpoint: values.tokenEndpoint || undefined,
  });
}

/** Renders the form again with the callback URL, or with what its URLs lack. Nothing is stored. */
function showCallbackUrl(
  c: ConsoleContext,
  { service, egressAddresses }: ExportPagesOptions,
  draft: ConnectionDraft,
): MaybePromise<Response> {
  const redirectUri = findRedirectUri(service, draft);
  const problems: readonly Problem[] =
    redirectUri === undefined
      ? [
          {
            field: 'authorizationEndpoint',
            message: 'Enter both URLs first. They begin with https://.',
          },
        ]
      : [];
  const props = { view: getView(c), draft, problems, egressAddresses, redirectUri };
  return renderPage(c, <NewConnectionPage {...props} />, redirectUri === undefined ? 400 : 200);
}
