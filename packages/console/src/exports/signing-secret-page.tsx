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

/** Shows, once, the secret with which a webhook's receiver verifies the sender. */
export function SigningSecretPage({
  view,
  connection: { id },
  signingSecret,
  event,
}: SigningSecretPageProps) {
  return (
    <Layout view={view} title={TITLES[event]} isAnswer>
      <PageHead
        title={TITLES[event]}
        back={{ href: view.link('exports'), title: 'Exports' }}
        lead="The receiver uses this secret to verify that events come from this server (Standard Webhooks)."
      />
      <SecretCard title="Copy the signing secret now" secret={signingSecret} />
      <p>
        <a class="button primary" href={view.link(`exports/${id}`)}>
          Continue to the export
        </a>
      </p>
    </Layout>
  );
}
