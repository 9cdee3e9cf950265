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
  readDraft,
  toNewConnection,
  toProblems,
} from './connection-draft.js';
import { ConnectionForm } from './connection-form.js';
import { EgressNote } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { SigningSecretPage } from './signing-secret-page.js';

/** Adding an export: first which system it is, then *Configure OAuth*. */
export function addNewConnectionPage(app: Hono<ConsoleEnv>, options: ExportPagesOptions): void {
  const { service, egressAddresses } = options;

  app.get('/exports/new', (c) => {
    const view = getView(c);
    const preset = readPreset(c.req.query('preset'));
    if (preset === undefined) return renderPage(c, <ChoosePresetPage view={view} />);
    const props = { view, draft: createDraft(preset), problems: [], egressAddresses };
    return renderPage(c, <NewConnectionPage {...props} />);
  });

  app.post('/exports', async (c) => {
    const view = getView(c);
    const form = getForm(c);
    const preset = readPreset(form.text('preset'));
    if (preset === undefined) throw new ConsoleError(400, 'Choose a system first.');
    const draft = readDraft(form, createDraft(preset));
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

function readPreset(text: string | undefined): PresetName | undefined {
  return (['salesforce', 'generic'] as const).find((preset) => preset === text);
}

function ChoosePresetPage({ view }: { readonly view: View }) {
  return (
    <Layout view={view} title="Add new export">
      <PageHead
        title="Add new export"
        back={{ href: view.link('exports'), title: 'Exports' }}
        lead="Which system is to receive engagements?"
      />
      <div class="choices">
        <a class="card" href={view.link('exports/new?preset=salesforce')}>
          <strong>Salesforce</strong>
          <span class="hint">Writes one record for each engagement.</span>
        </a>
        <a class="card" href={view.link('exports/new?preset=generic')}>
          <strong>Another system</strong>
          <span class="hint">Posts events to a webhook, with OAuth 2.0 and a signature.</span>
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
            ? 'For Salesforce. You find these values in its connected app.'
            : 'You find these values where the receiving system registers apps.'
        }
      />
      <ProblemSummary problems={problems} />
      <EgressNote addresses={egressAddresses} />
      <ConnectionForm {...{ view, draft, problems }} to="exports" cancel="exports" />
    </Layout>
  );
}
