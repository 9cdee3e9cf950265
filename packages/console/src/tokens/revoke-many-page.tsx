import type { TokenRecord } from '@mandate/tokens';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { AgoText } from '../layout/time-text.js';
import type { View } from '../view.js';

export interface RevokeManyPageProps {
  readonly view: View;
  readonly tokens: readonly TokenRecord[];
}

/** Asks whether the selected tokens are to be revoked. */
export function RevokeManyPage({ view, tokens }: RevokeManyPageProps) {
  const title =
    tokens.length === 1 ? 'Revoke this token?' : `Revoke these ${tokens.length} tokens?`;
  const list = view.link('tokens');
  return (
    <Layout view={view} title={title} isAnswer>
      <PageHead title={title} back={{ href: list, title: 'Client tokens' }} />
      <ChangeForm view={view} to="tokens/revoke" class="card form">
        <input type="hidden" name="confirmed" value="yes" />
        <p>
          Requests with {tokens.length === 1 ? 'this token' : 'these tokens'} are rejected from now
          on. This cannot be undone.
        </p>
        <ul class="plain-list">
          {tokens.map((token) => (
            <li>
              <input type="hidden" name="ids" value={token.id} />
              <strong>{token.description}</strong>
              <LastUse token={token} now={view.now} />
            </li>
          ))}
        </ul>
        <FormButtons submit="Revoke" isDangerous cancel={list} />
      </ChangeForm>
    </Layout>
  );
}

interface LastUseProps {
  readonly token: TokenRecord;
  readonly now: Date;
}

function LastUse({ token: { lastUsedAt }, now }: LastUseProps) {
  if (lastUsedAt === undefined) return <span class="sub">Never used</span>;
  return (
    <span class="sub">
      Last used <AgoText at={lastUsedAt} now={now} />
    </span>
  );
}
