import type { Connection } from '@mandate/exports';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { SecretCard } from '../layout/secret-card.js';
import type { View } from '../view.js';

export interface SigningSecretPageProps {
  readonly view: View;
  readonly connection: Connection;
  readonly signingSecret: string;
  readonly event: 'added' | 'rotated';
}

const TITLES = { added: 'Export added', rotated: 'Signing secret rotated' } as const;

/** The secret by which a webhook's receiver checks who sent it, for the only time. */
export function SigningSecretPage({
  view,
  connection: { id, name },
  signingSecret,
  event,
}: SigningSecretPageProps) {
  return (
    <Layout view={view} title={TITLES[event]}>
      <PageHead
        title={TITLES[event]}
        back={{ href: view.link('exports'), title: 'Exports' }}
        lead="The receiver checks with this secret that events come from here (Standard Webhooks)."
      />
      <SecretCard title="Copy the signing secret now" secret={signingSecret} />
      <p>
        <a class="button primary" href={view.link(`exports/${id}`)}>
          Go on to {name}
        </a>
      </p>
    </Layout>
  );
}
