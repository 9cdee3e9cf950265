import type { Exchange } from './exchange.js';
import { JsonRpcError } from './json-rpc-error.js';
import type { McpMessage } from './message.js';

const HEADER = 'mcp-session-id';

/**
 * Checks that the session belongs to the caller. A session of another principal is answered like one that does not exist.
 * @throws JsonRpcError with status 404, after which clients open a new session.
 */
export async function checkSession({ request, owner, settings }: Exchange): Promise<void> {
  const id = request.header(HEADER);
  if (id === undefined && request.header('last-event-id') === undefined) return;
  // Without a session, a stream to resume could be anyone's.
  if (id !== undefined && (await settings.owners.get(toKey(id))) === owner) return;
  throw new JsonRpcError('session_not_found', 'Session not found.', { status: 404 });
}

/** Remembers who opened a session, and forgets a session that was closed. */
export async function keepSession(
  response: Response,
  messages: readonly McpMessage[],
  { request, owner, settings }: Exchange,
): Promise<void> {
  const { owners } = settings;
  const closed = request.header(HEADER);
  if (request.method === 'DELETE' && closed !== undefined && response.ok) {
    await owners.delete(toKey(closed));
  }
  const opened = response.headers.get(HEADER);
  if (opened === null || !messages.some(({ method }) => method === 'initialize')) return;
  const existing = await owners.get(toKey(opened));
  if (existing !== undefined && existing !== owner) {
    throw new TypeError('the server gave a new session the id of a session of another principal');
  }
  await owners.set(toKey(opened), owner);
}

function toKey(id: string): string {
  return `session ${id}`;
}
