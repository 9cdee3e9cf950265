import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { type Problem, ProblemSummary } from '../layout/problem-summary.js';
import type { View } from '../view.js';
import type { ConnectionDraft } from './connection-draft.js';
import { ConnectionForm, toFormTitle } from './connection-form.js';
import { EgressNote } from './connection-parts.js';
import type { ExportPagesOptions } from './export-pages-options.js';

export interface NewConnectionPageProps extends Pick<ExportPagesOptions, 'egressAddresses'> {
  readonly view: View;
  readonly draft: ConnectionDraft;
  readonly problems: readonly Problem[];
  /** The callback URL to register; absent while the endpoints are not known. */
  readonly redirectUri: string | undefined;
}

/** The form for a new export, with its input and its problems. */
export function NewConnectionPage({
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
