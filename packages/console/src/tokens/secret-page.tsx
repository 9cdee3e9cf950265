import type { IssuedToken } from '@mandate/tokens';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import type { View } from '../view.js';
import { TokenFacts } from './token-facts.js';

export interface SecretPageProps {
  readonly view: View;
  readonly issued: IssuedToken;
  readonly event: 'added' | 'rotated';
}

const TITLES = { added: 'Token added', rotated: 'Token rotated' } as const;

/** The secret, for the only time. It is text and no input, which browsers would keep with the history. */
export function SecretPage({ view, issued, event }: SecretPageProps) {
  const { token, secret } = issued;
  return (
    <Layout view={view} title={TITLES[event]}>
      <PageHead
        title={TITLES[event]}
        back={{ href: view.link('tokens'), title: 'Client tokens' }}
      />
      <section class="card secret" data-once aria-labelledby="secret-title">
        <h2 id="secret-title">Copy the secret now</h2>
        <p>
          It is shown only this once, and nobody can look it up later. Keep it where secrets are
          kept.
        </p>
        <div class="copy">
          <code id="secret">{secret}</code>
          <button type="button" class="button primary" data-copy="secret" hidden>
            Copy
          </button>
        </div>
        <p class="hint" role="status" data-copied />
      </section>
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
