import type { Connection } from '@mandate/exports';
import { Fact } from '../layout/fact.js';
import { TimeText } from '../layout/time-text.js';
import { UrlText } from '../layout/url-text.js';
import { CLIENT_AUTHENTICATION, EXPORT_TYPE, GRANT_TYPE } from './connection-texts.js';
import { FIELD_LABELS } from './field-labels.js';

interface ConnectionFactsProps {
  readonly connection: Connection;
}

/** The settings of an export, without its secret. */
export function ConnectionFacts({ connection }: ConnectionFactsProps) {
  const { headerName, exportTypes } = connection;
  return (
    <dl class="facts">
      <Fact title={FIELD_LABELS.siteId}>{connection.siteId}</Fact>
      <Fact title="Grant type">{GRANT_TYPE[connection.grantType]}</Fact>
      <UrlFact name="authorizationEndpoint" url={connection.authorizationEndpoint} />
      {connection.tokenEndpoint !== undefined && <ClientFacts connection={connection} />}
      {headerName !== undefined && (
        <Fact title="Header">{headerName}: stored encrypted, never shown</Fact>
      )}
      <Fact title={FIELD_LABELS.exportTypes}>
        {exportTypes === undefined
          ? 'All'
          : exportTypes.map((type) => EXPORT_TYPE[type]).join(', ')}
      </Fact>
      <UrlFact name="revocationEndpoint" url={connection.revocationEndpoint} />
      <UrlFact name="issuer" url={connection.issuer} />
      <DestinationFacts destination={connection.destination} />
      <Fact title="Created">
        <TimeText at={connection.createdAt} />
      </Fact>
    </dl>
  );
}

function ClientFacts({ connection }: ConnectionFactsProps) {
  const { tokenEndpoint, clientId, scopes, reauthorizationErrors } = connection;
  return (
    <>
      <UrlFact name="tokenEndpoint" url={tokenEndpoint} />
      <Fact title={FIELD_LABELS.clientId}>{clientId}</Fact>
      <Fact title={FIELD_LABELS.clientSecret}>Stored encrypted, never shown</Fact>
      <Fact title={FIELD_LABELS.clientAuthentication}>
        {CLIENT_AUTHENTICATION[connection.clientAuthentication]}
      </Fact>
      {connection.grantType === 'authorization_code' && (
        <Fact title={FIELD_LABELS.withoutPkce}>{connection.pkce ? 'Used' : 'Not used'}</Fact>
      )}
      {reauthorizationErrors.length > 0 && (
        <Fact title={FIELD_LABELS.reauthorizationErrors}>{reauthorizationErrors.join(', ')}</Fact>
      )}
      <Fact title={FIELD_LABELS.scopes}>{scopes.length === 0 ? 'None' : scopes.join(' ')}</Fact>
    </>
  );
}

function DestinationFacts({ destination }: Pick<Connection, 'destination'>) {
  if (destination.kind === 'webhook') {
    return <UrlFact name="destination.url" url={destination.url} />;
  }
  return (
    <>
      <Fact title={FIELD_LABELS['destination.object']}>
        {destination.object}, by {destination.externalIdField}
      </Fact>
      <Fact title={FIELD_LABELS['destination.apiVersion']}>{destination.apiVersion}</Fact>
    </>
  );
}

interface UrlFactProps {
  readonly name: keyof typeof FIELD_LABELS;
  /** Without a URL, the fact is not shown. */
  readonly url: string | undefined;
}

function UrlFact({ name, url }: UrlFactProps) {
  if (url === undefined) return null;
  return (
    <Fact title={FIELD_LABELS[name]}>
      <UrlText url={url} />
    </Fact>
  );
}
