import type { Connection } from '@mandate/exports';
import { Fact } from '../layout/fact.js';
import { TimeText } from '../layout/time-text.js';
import { FIELD_LABELS } from './connection-draft.js';

/** The settings of an export, without its secret. */
export function ConnectionFacts({ connection }: { readonly connection: Connection }) {
  const { siteId, destination, scopes, revocationEndpoint, issuer, createdAt } = connection;
  return (
    <dl class="facts">
      <Fact title={FIELD_LABELS.siteId}>{siteId}</Fact>
      <Fact title={FIELD_LABELS.authorizationEndpoint}>{connection.authorizationEndpoint}</Fact>
      <Fact title={FIELD_LABELS.tokenEndpoint}>{connection.tokenEndpoint}</Fact>
      <Fact title={FIELD_LABELS.clientId}>{connection.clientId}</Fact>
      <Fact title={FIELD_LABELS.clientSecret}>Stored encrypted, never shown</Fact>
      <Fact title={FIELD_LABELS.scopes}>{scopes.length === 0 ? 'None' : scopes.join(' ')}</Fact>
      {revocationEndpoint !== undefined && (
        <Fact title={FIELD_LABELS.revocationEndpoint}>{revocationEndpoint}</Fact>
      )}
      {issuer !== undefined && <Fact title={FIELD_LABELS.issuer}>{issuer}</Fact>}
      {destination.kind === 'webhook' ? (
        <Fact title={FIELD_LABELS['destination.url']}>{destination.url}</Fact>
      ) : (
        <>
          <Fact title={FIELD_LABELS['destination.object']}>
            {destination.object}, by {destination.externalIdField}
          </Fact>
          <Fact title={FIELD_LABELS['destination.apiVersion']}>{destination.apiVersion}</Fact>
        </>
      )}
      <Fact title="Created">
        <TimeText at={createdAt} />
      </Fact>
    </dl>
  );
}
