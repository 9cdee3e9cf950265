import type { Exchange } from './exchange.js';
import { JsonRpcError } from './json-rpc-error.js';
import { isObject, type McpMessage } from './message.js';
import type { Operation } from './operation.js';

/** A separator that no JSON text has. */
const SEPARATOR = '\n';

/**
 * Finds what a task was created for.
 * @throws JsonRpcError if the guard has not seen the task created, or another principal created it.
 */
export async function findTask(
  taskId: string,
  { id }: McpMessage,
  { owner, settings }: Exchange,
): Promise<Operation> {
  const [creator, tool = ''] = ((await settings.owners.get(toKey(taskId))) ?? '').split(SEPARATOR);
  if (creator === owner) return { method: 'tools/call', name: JSON.parse(tool) as string };
  throw new JsonRpcError('invalid_params', 'Unknown task.', { id });
}

/** Whether the caller created the task. */
export async function isOwnTask(taskId: unknown, { owner, settings }: Exchange): Promise<boolean> {
  if (typeof taskId !== 'string') return false;
  const stored = await settings.owners.get(toKey(taskId));
  return stored?.split(SEPARATOR)[0] === owner;
}

/** Remembers who created a task, and by which tool. */
export async function keepTask(
  taskId: string,
  tool: string,
  { owner, settings }: Exchange,
): Promise<void> {
  const key = toKey(taskId);
  const stored = await settings.owners.get(key);
  if (stored !== undefined && stored.split(SEPARATOR)[0] !== owner) {
    throw new TypeError('the server gave a new task the id of a task of another principal');
  }
  await settings.owners.set(key, owner + SEPARATOR + JSON.stringify(tool));
}

/** The id of the task that a result has instead of what the tool returns: in 2025-11-25, and in the extension of 2026. */
export function getCreatedTask(result: unknown): string | undefined {
  if (!isObject(result)) return undefined;
  const { task = result, resultType } = result;
  if (!isObject(task) || (task === result && resultType !== 'task')) return undefined;
  return typeof task['taskId'] === 'string' ? task['taskId'] : undefined;
}

function toKey(taskId: string): string {
  return `task ${taskId}`;
}
