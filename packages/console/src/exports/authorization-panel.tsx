import type { Connection } from '@mandate/exports';
import { Fact } from '../layout/fact.js';
import { CopyText } from '../layout/secret-card.js';
import { TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { AuthorizeForm } from './authorize-form.js';
import { toFormTitle } from './connection-form.js';
import { ConnectionBadge } from './connection-parts.js';
import {
  type AUTHORIZATION_RESULT,
  CONNECTION_REASON,
  toResultClass,
  toResultText,
} from './connection-texts.js';

export interface AuthorizationPanelProps {
  readonly view: View;
  readonly connection: Connection;
  /** The result of the log-in that this page started. */
  readonly result: keyof typeof AUTHORIZATION_RESULT | undefined;
}

/** The state of the authorization, and *Authorize export* with its result beside the button. */
export function AuthorizationPanel({ view, connection, result }: AuthorizationPanelProps) {
  const { reason, status, grantType } = connection;
  const hasLogin = grantType === 'authorization_code';
  return (
    <section class="card" aria-labelledby="authorization">
      <h2 id="authorization">{grantType === 'none' ? 'Status' : 'Authorization'}</h2>
      <div class="standing">
        <ConnectionBadge connection={connection} />
        {reason !== undefined && <p>{CONNECTION_REASON[reason]}</p>}
        {status === 'disabled' && <p>New engagements are not queued for this export.</p>}
      </div>
      <div class="authorize">
        {hasLogin && <AuthorizeForm view={view} connection={connection} />}
        <a class="button" href={view.link(`exports/${connection.id}/configure`)}>
          {toFormTitle(grantType)}
        </a>
        <Result connection={connection} result={result} />
      </div>
      <AuthorizationFacts connection={connection} />
      {connection.redirectUri !== undefined && (
        <div class="field">
          <h3>Callback URL</h3>
          <p class="hint">Register exactly this URL with your app in the receiving system.</p>
          <CopyText id="redirect-uri" text={connection.redirectUri} />
        </div>
      )}
    </section>
  );
}

type ResultProps = Pick<AuthorizationPanelProps, 'connection' | 'result'>;

/**
 * The result comes from the address, which any page can link to, so `authorized` is shown only if the
 * server agrees.
 */
function Result({ connection, result }: ResultProps) {
  const { authorizedAt, reason } = connection;
  const isConfirmed =
    result !== 'authorized' || (authorizedAt !== undefined && reason === undefined);
  const isShown = result !== undefined && isConfirmed;
  return (
    <p
      class={`result ${result === undefined ? '' : toResultClass(result)}`}
      role="status"
      tabindex={-1}
      data-focus={isShown ? '' : undefined}
    >
      {isShown && toResultText(result, connection)}
    </p>
  );
}

function AuthorizationFacts({ connection }: Pick<AuthorizationPanelProps, 'connection'>) {
  const { authorizedAt, authorizedBy, refreshedAt, failingSince, pausedUntil } = connection;
  if (authorizedAt === undefined && failingSince === undefined) return null;
  return (
    <dl class="facts">
      {authorizedAt !== undefined && (
        <Fact title={authorizedBy === undefined ? 'Configured' : 'Authorized'}>
          <TimeText at={authorizedAt} />
          {authorizedBy !== undefined && ` by ${authorizedBy}`}
        </Fact>
      )}
      {refreshedAt !== undefined && (
        <Fact title="Token refreshed">
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
