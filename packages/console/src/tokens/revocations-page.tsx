import type { RevocationResult, TokenRecord } from '@mandate/tokens';
import { ChangeForm } from '../layout/change-form.js';
import { DataTable } from '../layout/data-table.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import type { View } from '../view.js';

export interface RevocationsPageProps {
  readonly view: View;
  /** The tokens that were to be revoked. */
  readonly tokens: readonly TokenRecord[];
  readonly results: readonly RevocationResult[];
}

type Code = RevocationResult['code'];

const OUTCOMES: Readonly<Record<Code, { class: string; text: string; hint?: string }>> = {
  revoked: { class: 'good', text: 'Revoked' },
  not_found: { class: 'quiet', text: 'Not found', hint: 'The token no longer exists.' },
  outcome_unknown: {
    ...{ class: 'warn', text: 'Unknown' },
    hint: 'The connection to the database was lost, so the token may be revoked.',
  },
  failed: { class: 'bad', text: 'Not revoked', hint: 'The database failed.' },
  skipped: { class: 'bad', text: 'Not revoked', hint: 'Not tried, because the database failed.' },
};

/** Whether revoking the token again can help. */
const isOpen = ({ code }: RevocationResult) => code !== 'revoked' && code !== 'not_found';

/** Says which of several tokens are revoked and which are not. */
export function RevocationsPage({ view, tokens, results }: RevocationsPageProps) {
  const revoked = results.filter(({ code }) => code === 'revoked').length;
  const isComplete = revoked === results.length;
  const title = isComplete ? 'Tokens revoked' : 'Not every token was revoked';
  const open = results.filter(isOpen);
  return (
    <Layout view={view} title={title} isAnswer>
      <PageHead title={title} back={{ href: view.link('tokens'), title: 'Client tokens' }} />
      <p class={`notice ${isComplete ? 'good' : 'bad'}`} role="status" tabindex={-1} data-focus>
        {toSummary(revoked, results.length)}
      </p>
      <ResultTable view={view} tokens={tokens} results={results} />
      {open.length > 0 ? (
        <ChangeForm view={view} to="tokens/revoke" class="buttons">
          <input type="hidden" name="confirmed" value="yes" />
          {open.map(({ id }) => (
            <input type="hidden" name="ids" value={id} />
          ))}
          <button type="submit" class="button danger solid">
            Try again
          </button>
        </ChangeForm>
      ) : (
        <p>
          <a class="button" href={view.link('tokens')}>
            Done
          </a>
        </p>
      )}
    </Layout>
  );
}

function toSummary(revoked: number, all: number): string {
  const verb = revoked === 1 ? 'is' : 'are';
  if (revoked < all) return `${revoked} of ${all} tokens ${verb} revoked.`;
  return `${all === 1 ? 'One token' : `${all} tokens`} ${verb} revoked. Requests with any of their secrets are rejected from now on.`;
}

function ResultTable({ view, tokens, results }: RevocationsPageProps) {
  const byId = new Map(tokens.map((token) => [token.id, token]));
  return (
    <DataTable
      caption="Selected tokens"
      rows={results}
      columns={[
        {
          title: 'Description',
          cell: ({ id }) => (
            <>
              <a href={view.link(`tokens/${id}`)}>{byId.get(id)?.description}</a>
              <span class="sub">ends in {byId.get(id)?.lastFour}</span>
            </>
          ),
        },
        { title: 'Result', cell: ({ code }) => <Outcome code={code} /> },
      ]}
    />
  );
}

function Outcome({ code }: { readonly code: Code }) {
  const { class: kind, text, hint } = OUTCOMES[code];
  return (
    <>
      <span class={`badge ${kind}`}>{text}</span>
      {hint !== undefined && <span class="sub">{hint}</span>}
    </>
  );
}
