import { type Connection, ExportError, type ReplayFilter } from '@mandate/exports';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import type { Form } from '../form.js';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { type Problem, ProblemSummary } from '../layout/problem-summary.js';
import { renderPage } from '../layout/render-page.js';
import type { View } from '../view.js';
import { CONNECTION_ID } from './connection-parts.js';
import { EXPORT_TYPE } from './connection-texts.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { DEAD_FAILURES, REPLAY_LABELS, ReplayFields, type ReplayValues } from './replay-fields.js';

/** Replays the dead letters of an export by time, kind and failure. */
export function addReplayPage(app: Hono<ConsoleEnv>, { service }: ExportPagesOptions): void {
  app.get(`/exports/${CONNECTION_ID}/replay`, async (c) => {
    const connection = await service.connections.get(c.req.param('id'));
    const { dead } = await service.countDeliveries(connection.id);
    const props = { view: getView(c), connection, dead, values: EMPTY, problems: [] };
    return renderPage(c, <ReplayPage {...props} />);
  });

  app.post(`/exports/${CONNECTION_ID}/replay`, async (c) => {
    const view = getView(c);
    const connection = await service.connections.get(c.req.param('id'));
    const values = parseValues(getForm(c));
    try {
      const replayed = await service.replayDead(toReplayFilter(connection.id, values));
      const to = `exports/${connection.id}/deliveries?done=replayed&count=${replayed}`;
      return c.redirect(view.link(to), 303);
    } catch (error) {
      if (!(error instanceof ExportError) || error.code !== 'invalid') throw error;
      const { dead } = await service.countDeliveries(connection.id);
      const problems = error.issues.map(({ path }) => toProblem(path));
      return renderPage(c, <ReplayPage {...{ view, connection, dead, values, problems }} />, 400);
    }
  });
}

const EMPTY: ReplayValues = { exportType: '', failure: '', createdFrom: '', createdBefore: '' };

function parseValues(form: Form): ReplayValues {
  return {
    exportType: form.text('exportType'),
    failure: form.text('failure'),
    createdFrom: form.text('createdFrom'),
    createdBefore: form.text('createdBefore'),
  };
}

function toReplayFilter(connectionId: string, values: ReplayValues): ReplayFilter {
  const { exportType, failure, createdFrom, createdBefore } = values;
  const types = Object.keys(EXPORT_TYPE) as NonNullable<ReplayFilter['exportType']>[];
  return {
    connectionId,
    exportType: parseChoice('exportType', types, exportType),
    failure: parseChoice('failure', DEAD_FAILURES, failure),
    createdFrom: createdFrom === '' ? undefined : new Date(`${createdFrom}Z`),
    createdBefore: createdBefore === '' ? undefined : new Date(`${createdBefore}Z`),
  };
}

/** An unknown choice must not replay everything. */
function parseChoice<T extends string>(
  path: string,
  choices: readonly T[],
  text: string,
): T | undefined {
  if (text === '') return undefined;
  const chosen = choices.find((choice) => choice === text);
  if (chosen !== undefined) return chosen;
  throw new ExportError('invalid', 'the replay is invalid', [{ path, message: 'is unknown' }]);
}

function toProblem(path: string): Problem {
  const isTime = path.startsWith('created');
  const message = isTime ? 'Enter a date and a time.' : 'Choose one of the values.';
  return { field: path, label: REPLAY_LABELS[path], message };
}

interface ReplayPageProps {
  readonly view: View;
  readonly connection: Connection;
  readonly dead: number;
  readonly values: ReplayValues;
  readonly problems: readonly Problem[];
}

function ReplayPage({ view, connection, dead, values, problems }: ReplayPageProps) {
  const path = `exports/${connection.id}`;
  const hasForm = dead > 0 || problems.length > 0;
  return (
    <Layout view={view} title={`Replay dead letters of ${connection.name}`}>
      <PageHead
        title="Replay dead letters"
        back={{ href: view.link(`${path}/deliveries`), title: 'Delivery log' }}
        lead={hasForm ? toLead(dead) : undefined}
      />
      <ProblemSummary problems={problems} />
      {hasForm ? (
        <ChangeForm view={view} to={`${path}/replay`} class="card form">
          <ReplayFields values={values} problems={problems} />
          <FormButtons submit="Replay" cancel={view.link(`${path}/deliveries`)} />
        </ChangeForm>
      ) : (
        <div class="empty">
          <h2>No dead letters</h2>
          <p>Every event was delivered, or waits for another attempt.</p>
        </div>
      )}
    </Layout>
  );
}

function toLead(dead: number): string {
  const letters = dead === 1 ? 'one dead letter' : `${dead.toLocaleString('en')} dead letters`;
  return `This export has ${letters}. Those that meet every condition are sent again, oldest first, at most 1,000 at once.`;
}
