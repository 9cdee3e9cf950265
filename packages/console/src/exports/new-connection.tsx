import { ExportError, type Exports, type GrantType, type PresetName } from '@mandate/exports';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { Hono } from 'hono';
import { type ConsoleContext, type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { type Problem, ProblemSummary } from '../layout/problem-summary.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import {
  type ConnectionDraft,
  createDraft,
  parseDraft,
  toNewConnection,
  toProblems,
} from './connection-draft.js';
import { ConnectionForm, toFormTitle } from './connection-form.js';
import { EgressNote } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { SigningSecretPage } from './signing-secret-page.js';

/** Adds an export: first the choice of the system, then *Configure OAuth*. */
export function addNewConnectionPage(app: Hono<ConsoleEnv>, options: ExportPagesOptions): void {
  const { service, egressAddresses } = options;

  app.get('/exports/new', (c) => {
    const view = getView(c);
    const system = parseSystem(c.req.query('preset'), c.req.query('grantType'));
    if (system === undefined) return renderPage(c, <ChoosePresetPage view={view} />);
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

interface System {
  readonly preset: PresetName;
  readonly grantType: GrantType;
  readonly title: string;
  readonly hint: string;
}

const LOGIN = 'Posts signed events to a webhook, with the access token of a log-in at this system.';

/** What an export can be added for. */
const SYSTEMS: readonly System[] = [
  {
    ...({ preset: 'salesforce', grantType: 'authorization_code' } as const),
    ...{ title: 'Salesforce', hint: 'Writes one record per engagement.' },
  },
  {
    ...({ preset: 'generic', grantType: 'authorization_code' } as const),
    title: 'Another system',
    hint: 'Posts signed events to a webhook, with an OAuth 2.0 access token of a log-in.',
  },
  {
    ...({ preset: 'generic', grantType: 'client_credentials' } as const),
    title: 'Client credentials',
    hint: 'Posts signed events to a webhook, with an OAuth 2.0 access token that needs no log-in.',
  },
  {
    ...({ preset: 'generic', grantType: 'none' } as const),
    title: 'Webhook without OAuth',
    hint: 'Posts signed events to a webhook, with a fixed header if it needs one.',
  },
  ...(['hubspot', 'zoho', 'slack', 'google', 'microsoft'] as const).map((preset) => ({
    ...({ preset, grantType: 'authorization_code' } as const),
    ...{ title: toTitle(preset), hint: LOGIN },
  })),
];

function toTitle(preset: string): string {
  return preset === 'hubspot' ? 'HubSpot' : preset.charAt(0).toUpperCase() + preset.slice(1);
}

/** Without a grant type, a person logs in. */
function parseSystem(preset = '', grantType = ''): System | undefined {
  const chosen = grantType || 'authorization_code';
  return SYSTEMS.find((one) => one.preset === preset && one.grantType === chosen);
}

function ChoosePresetPage({ view }: { readonly view: View }) {
  return (
    <Layout view={view} title="Add new export">
      <PageHead
        title="Add new export"
        back={{ href: view.link('exports'), title: 'Exports' }}
        lead="Which system receives the engagements?"
      />
      <div class="choices">
        {SYSTEMS.map(({ preset, grantType, title, hint }) => (
          <a
            class="card"
            href={view.link(
              `exports/new?preset=${preset}${grantType === 'authorization_code' ? '' : `&grantType=${grantType}`}`,
            )}
          >
            <strong>{title}</strong>
            <span class="hint">{hint}</span>
          </a>
        ))}
      </div>
    </Layout>
  );
}

interface NewConnectionPageProps extends Pick<ExportPagesOptions, 'egressAddresses'> {
  readonly view: View;
  readonly draft: ConnectionDraft;
  readonly problems: readonly Problem[];
  /** The callback URL to register; absent while the endpoints are not known. */
  readonly redirectUri: string | undefined;
}

function NewConnectionPage({
  view,
  draft,
  problems,
  egressAddresses,
  redirectUri,
}: NewConnectionPageProps) {
  return (
    <Layout view={view} title={toFormTitle(draft.grantType)}>
      <PageHead
        title={toFormTitle(draft.grantType)}
        back={{ href: view.link('exports'), title: 'Exports' }}
        lead={toLead(draft)}
      />
      <ProblemSummary problems={problems} />
      <EgressNote addresses={egressAddresses} />
      <ConnectionForm {...{ view, draft, problems, redirectUri }} to="exports" cancel="exports" />
    </Layout>
  );
}

function toLead({ preset, grantType }: ConnectionDraft): string {
  if (grantType === 'none')
    return 'The receiver recognizes this server by the signature of each event.';
  return preset === 'salesforce'
    ? 'Copy these values from your connected app in Salesforce.'
    : 'Copy these values from the app that you registered in the receiving system.';
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
