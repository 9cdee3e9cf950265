import type { Connection } from '@mandate/exports';
import { Fact } from '../layout/fact.js';
import { TimeText } from '../layout/time-text.js';
import { UrlText } from '../layout/url-text.js';
import { FIELD_LABELS } from './connection-draft.js';
import { EXPORT_TYPE } from './connection-texts.js';

/** The settings of an export, without its secret. */
export function ConnectionFacts({ connection }: { readonly connection: Connection }) {
  const { siteId, destination, scopes, revocationEndpoint, issuer, createdAt } = connection;
  const { authorizationEndpoint, tokenEndpoint, headerName, exportTypes } = connection;
  return (
    <dl class="facts">
      <Fact title={FIELD_LABELS.siteId}>{siteId}</Fact>
      {authorizationEndpoint !== undefined && (
        <Fact title={FIELD_LABELS.authorizationEndpoint}>
          <UrlText url={authorizationEndpoint} />
        </Fact>
      )}
      {tokenEndpoint !== undefined && (
        <>
          <Fact title={FIELD_LABELS.tokenEndpoint}>
            <UrlText url={tokenEndpoint} />
          </Fact>
          <Fact title={FIELD_LABELS.clientId}>{connection.clientId}</Fact>
          <Fact title={FIELD_LABELS.clientSecret}>Stored encrypted, never shown</Fact>
          <Fact title={FIELD_LABELS.scopes}>{scopes.length === 0 ? 'None' : scopes.join(' ')}</Fact>
        </>
      )}
      {headerName !== undefined && (
        <Fact title="Header">{headerName}: stored encrypted, never shown</Fact>
      )}
      <Fact title={FIELD_LABELS.exportTypes}>
        {exportTypes === undefined
          ? 'All'
          : exportTypes.map((type) => EXPORT_TYPE[type]).join(', ')}
      </Fact>
      {revocationEndpoint !== undefined && (
        <Fact title={FIELD_LABELS.revocationEndpoint}>
          <UrlText url={revocationEndpoint} />
        </Fact>
      )}
      {issuer !== undefined && (
        <Fact title={FIELD_LABELS.issuer}>
          <UrlText url={issuer} />
        </Fact>
      )}
      {destination.kind === 'webhook' ? (
        <Fact title={FIELD_LABELS['destination.url']}>
          <UrlText url={destination.url} />
        </Fact>
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
