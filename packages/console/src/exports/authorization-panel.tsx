import type { Connection } from '@mandate/exports';
import { Fact } from '../layout/fact.js';
import { CopyText } from '../layout/secret-card.js';
import { TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { AuthorizeForm } from './authorize-form.js';
import { ConnectionBadge } from './connection-parts.js';
import { type AUTHORIZATION_RESULT, CONNECTION_REASON, writeResult } from './connection-texts.js';

export interface AuthorizationPanelProps {
  readonly view: View;
  readonly connection: Connection;
  /** How the log-in ended that was begun here. */
  readonly result: keyof typeof AUTHORIZATION_RESULT | undefined;
}

/** How the authorization stands, and *Authorize export* with its result beside the button. */
export function AuthorizationPanel({ view, connection, result }: AuthorizationPanelProps) {
  const { reason, status } = connection;
  return (
    <section class="card" aria-labelledby="authorization">
      <h2 id="authorization">Authorization</h2>
      <div class="standing">
        <ConnectionBadge connection={connection} />
        {reason !== undefined && <p>{CONNECTION_REASON[reason]}</p>}
        {status === 'disabled' && <p>Engagements that end now are not kept for it.</p>}
      </div>
      <div class="authorize">
        <AuthorizeForm view={view} connection={connection} />
        <Result connection={connection} result={result} />
      </div>
      <StandingFacts connection={connection} />
      <div class="field">
        <h3>Callback URL</h3>
        <p class="hint">Register exactly this address with the app in the receiving system.</p>
        <CopyText id="redirect-uri" text={connection.redirectUri} />
      </div>
    </section>
  );
}

type ResultProps = Pick<AuthorizationPanelProps, 'connection' | 'result'>;

/** The address says how it ended, and anybody can make one up: that it went well, the server knows. */
function Result({ connection, result }: ResultProps) {
  const { authorizedAt, reason } = connection;
  const isTrue = result !== 'authorized' || (authorizedAt !== undefined && reason === undefined);
  const isShown = result !== undefined && isTrue;
  return (
    <p
      class={`result ${result === 'authorized' ? 'good' : 'bad'}`}
      role="status"
      tabindex={-1}
      data-focus={isShown ? '' : undefined}
    >
      {isShown && writeResult(result, connection)}
    </p>
  );
}

function StandingFacts({ connection }: Pick<AuthorizationPanelProps, 'connection'>) {
  const { authorizedAt, authorizedBy, refreshedAt, failingSince, pausedUntil } = connection;
  if (authorizedAt === undefined && failingSince === undefined) return null;
  return (
    <dl class="facts">
      {authorizedAt !== undefined && (
        <Fact title="Authorized">
          <TimeText at={authorizedAt} /> by {authorizedBy}
        </Fact>
      )}
      {refreshedAt !== undefined && (
        <Fact title="Tokens renewed">
          <TimeText at={refreshedAt} />
        </Fact>
      )}
      {failingSince !== undefined && (
        <Fact title="Failing since">
          <TimeText at={failingSince} />
        </Fact>
      )}
      {pausedUntil !== undefined && (
        <Fact title="Paused until">
          <TimeText at={pausedUntil} />
        </Fact>
      )}
    </dl>
  );
}
