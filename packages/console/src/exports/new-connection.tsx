import { ExportError, type PresetName } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
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
import { ConnectionForm } from './connection-form.js';
import { EgressNote } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { SigningSecretPage } from './signing-secret-page.js';

/** Adds an export: first the choice of the system, then *Configure OAuth*. */
export function addNewConnectionPage(app: Hono<ConsoleEnv>, options: ExportPagesOptions): void {
  const { service, egressAddresses } = options;

  app.get('/exports/new', (c) => {
    const view = getView(c);
    const preset = parsePreset(c.req.query('preset'));
    if (preset === undefined) return renderPage(c, <ChoosePresetPage view={view} />);
    const props = { view, draft: createDraft(preset), problems: [], egressAddresses };
    return renderPage(c, <NewConnectionPage {...props} />);
  });

  app.post('/exports', async (c) => {
    const view = getView(c);
    const form = getForm(c);
    const preset = parsePreset(form.text('preset'));
    if (preset === undefined)
      throw new ConsoleError(400, 'Choose a system: Salesforce or another system.');
    const draft = parseDraft(form, createDraft(preset));
    try {
      const created = await service.connections.create(toNewConnection(draft));
      const { connection, signingSecret } = created;
      if (signingSecret === undefined)
        return c.redirect(view.link(`exports/${connection.id}`), 303);
      const props = { view, connection, signingSecret, event: 'added' } as const;
      return renderPage(c, <SigningSecretPage {...props} />, 201);
    } catch (error) {
      if (!(error instanceof ExportError) || error.code !== 'invalid') throw error;
      const props = { view, draft, problems: toProblems(error), egressAddresses };
      return renderPage(c, <NewConnectionPage {...props} />, 400);
    }
  });
}

function parsePreset(text: string | undefined): PresetName | undefined {
  return (['salesforce', 'generic'] as const).find((name) => name === text);
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
        <a class="card" href={view.link('exports/new?preset=salesforce')}>
          <strong>Salesforce</strong>
          <span class="hint">Writes one record per engagement.</span>
        </a>
        <a class="card" href={view.link('exports/new?preset=generic')}>
          <strong>Another system</strong>
          <span class="hint">
            Posts signed events to a webhook, with an OAuth 2.0 access token.
          </span>
        </a>
      </div>
    </Layout>
  );
}

interface NewConnectionPageProps extends Pick<ExportPagesOptions, 'egressAddresses'> {
  readonly view: View;
  readonly draft: ConnectionDraft;
  readonly problems: readonly Problem[];
}

function NewConnectionPage({ view, draft, problems, egressAddresses }: NewConnectionPageProps) {
  return (
    <Layout view={view} title="Configure OAuth">
      <PageHead
        title="Configure OAuth"
        back={{ href: view.link('exports'), title: 'Exports' }}
        lead={
          draft.preset === 'salesforce'
            ? 'Copy these values from your connected app in Salesforce.'
            : 'Copy these values from the app that you registered in the receiving system.'
        }
      />
      <ProblemSummary problems={problems} />
      <EgressNote addresses={egressAddresses} />
      <ConnectionForm {...{ view, draft, problems }} to="exports" cancel="exports" />
    </Layout>
  );
}
