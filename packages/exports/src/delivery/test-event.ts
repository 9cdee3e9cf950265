import { randomUUID } from 'node:crypto';
import { loadConnection } from '../connections/change-connection.js';
import { ExportError } from '../model/export-error.js';
import type { TestResult } from '../model/test-result.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { StoredDelivery } from '../store/stored-delivery.js';
import { TokenUnavailable } from '../tokens/access-tokens.js';
import { type AttemptParts, attempt, StaleAttempt } from './attempt.js';
import { isDeliverable } from './connection-health.js';
import type { Receiver } from './receiver.js';
import { createSalesforceTest } from './salesforce-test.js';

export interface TestEventParts extends AttemptParts {
  readonly toReceiver: (connection: StoredConnection) => Promise<Receiver>;
}

/**
 * Sends a test event at once. It is not stored, and its result changes neither the connection nor any
 * delivery.
 *
 * @throws ExportError `conflict` if the connection is not authorized or is disabled, `not_found`.
 */
export async function sendTestEvent(
  connectionId: string,
  parts: TestEventParts,
): Promise<TestResult> {
  const connection = await loadConnection(parts.store, connectionId);
  if (!isDeliverable(connection.status)) {
    throw new ExportError('conflict', `the connection is ${connection.status}`);
  }
  try {
    const { failure, responseStatus } = await sendTo(connection, parts);
    return { isAccepted: failure === undefined, failure, reason: undefined, responseStatus };
  } catch (error) {
    if (error instanceof StaleAttempt) {
      throw new ExportError('conflict', 'the connection was authorized again; send another test');
    }
    if (!(error instanceof TokenUnavailable)) throw error;
    const nothing = { failure: undefined, responseStatus: undefined };
    return { isAccepted: false, reason: error.code, ...nothing };
  }
}

async function sendTo(connection: StoredConnection, parts: TestEventParts) {
  const { accessTokens, timeoutMs, toReceiver, now } = parts;
  const { destination } = connection;
  const token = await accessTokens.get(connection.id);
  const receiver =
    destination.kind === 'salesforce'
      ? createSalesforceTest(destination)
      : await toReceiver(connection);
  const delivery = createTestDelivery(connection, now());
  // The event is not in the store, so the lease only has to outlast both requests.
  const leaseUntilMs = now() + 3 * timeoutMs;
  return attempt({ connection, delivery, receiver, token, leaseUntilMs }, parts);
}

function createTestDelivery(connection: StoredConnection, nowMs: number): StoredDelivery {
  const id = `test-${randomUUID()}`;
  const at = new Date(nowMs);
  const event = { export_type: 'test', site_id: connection.siteId, sent_at: at.toISOString() };
  return {
    ...{ id, dedupeKey: id, connectionId: connection.id, engagementId: id, exportType: 'test' },
    ...{ revision: 0, status: 'pending', attempts: 0, failure: undefined },
    ...{ responseStatus: undefined, createdAt: at, nextAttemptAt: at, deliveredAt: undefined },
    diedAt: undefined,
    event: JSON.stringify(event),
  };
}
