import type { IssuedToken } from '@mandate/tokens';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { SecretCard } from '../layout/secret-card.js';
import { TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { getPreviousExpiry, TokenFacts } from './token-facts.js';

export interface SecretPageProps {
  readonly view: View;
  readonly issued: IssuedToken;
  readonly event: 'added' | 'rotated';
}

const TITLES = { added: 'Token added', rotated: 'Token rotated' } as const;

/** Shows a new secret, once, with its token. */
export function SecretPage({ view, issued, event }: SecretPageProps) {
  const { token, secret } = issued;
  return (
    <Layout view={view} title={TITLES[event]} isAnswer>
      <PageHead
        title={TITLES[event]}
        back={{ href: view.link('tokens'), title: 'Client tokens' }}
      />
      {event === 'rotated' && <OldSecret until={getPreviousExpiry(token, view.now)} />}
      <SecretCard title="Copy the secret now" secret={secret} />
      <section class="card">
        <h2>{token.description}</h2>
        <TokenFacts view={view} token={token} />
      </section>
      <p>
        <a class="button" href={view.link(`tokens/${token.id}`)}>
          Done
        </a>
      </p>
    </Layout>
  );
}

/** Says how long the old secret works. */
function OldSecret({ until }: { readonly until: Date | undefined }) {
  return (
    <p class="notice good" role="status">
      {until === undefined ? (
        'The token has a new secret. The old secret no longer works.'
      ) : (
        <>
          The token has a new secret. The old secret works until <TimeText at={until} />.
        </>
      )}
    </p>
  );
}
