import { parseMediaType } from '@mandate/internal/media-type';
import { endWithToken } from './end-with-token.js';
import type { Exchange } from './exchange.js';
import { filterLists } from './filter-list.js';
import { isObject, type McpMessage } from './message.js';
import { type RewriteMessage, rewriteEvents } from './rewrite-events.js';
import { keepSession } from './sessions.js';
import { getCreatedTask, keepTask } from './tasks.js';

const LISTS: readonly string[] = [
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
];

/** Does with the answer of the server what its rules and its principal require. */
export async function finishResponse(
  response: Response,
  messages: readonly McpMessage[],
  exchange: Exchange,
): Promise<Response> {
  await keepSession(response, messages, exchange);
  const isPrivate = hasPrivateLists(messages, exchange);
  const tools = getTaskTools(messages);
  const rewrite = async (message: unknown): Promise<unknown> => {
    await keepCreatedTasks(message, tools, exchange);
    return isPrivate ? filterLists(message, exchange) : message;
  };
  const mustRead = isPrivate || tools.size > 0;
  const read = mustRead ? await rewriteResponse(response, rewrite) : response;
  const finished = isPrivate ? toPrivate(read) : read;
  if (finished.body === null || getType(finished) !== 'text/event-stream') return finished;
  return new Response(endWithToken(finished.body, exchange), finished);
}

/** A stream that a GET opens can repeat the answer to any request of the session. */
function hasPrivateLists(
  messages: readonly McpMessage[],
  { request, settings }: Exchange,
): boolean {
  const names = messages.map(({ method }) => method);
  if (request.method === 'GET' || names.includes('tasks/list')) return true;
  return settings.filterLists && names.some((name) => LISTS.includes(name));
}

/** The tools whose results may be tasks, by the ids of the requests. */
function getTaskTools(messages: readonly McpMessage[]): ReadonlyMap<unknown, string> {
  const calls = messages.filter(
    ({ kind, method, params }) => kind === 'request' && method === 'tools/call' && asksTask(params),
  );
  return new Map(calls.map(({ id, params }) => [id, String(params['name'])]));
}

/** A client asks for a task in the call (2025-11-25), or declares the extension (2026-07-28). */
function asksTask(params: Readonly<Record<string, unknown>>): boolean {
  if (params['task'] !== undefined) return true;
  const meta = params['_meta'];
  const capabilities = isObject(meta)
    ? meta['io.modelcontextprotocol/clientCapabilities']
    : undefined;
  const extensions = isObject(capabilities) ? capabilities['extensions'] : undefined;
  return isObject(extensions) && Object.hasOwn(extensions, 'io.modelcontextprotocol/tasks');
}

async function keepCreatedTasks(
  message: unknown,
  tools: ReadonlyMap<unknown, string>,
  exchange: Exchange,
): Promise<void> {
  for (const one of Array.isArray(message) ? message : [message]) {
    if (!isObject(one)) continue;
    const tool = tools.get(one['id']);
    const taskId = getCreatedTask(one['result']);
    if (tool !== undefined && taskId !== undefined) await keepTask(taskId, tool, exchange);
  }
}

/** @throws TypeError for a body that cannot be checked. */
async function rewriteResponse(response: Response, rewrite: RewriteMessage): Promise<Response> {
  const type = getType(response);
  if (response.body === null || (!response.ok && type !== 'application/json')) return response;
  if (response.headers.has('content-encoding')) {
    throw new TypeError('a response of an MCP server must not be compressed before the guard');
  }
  if (type === 'text/event-stream') {
    return replaceBody(response, response.body.pipeThrough(rewriteEvents(rewrite)));
  }
  const text = await response.text();
  if (text === '') return replaceBody(response, null);
  if (type !== 'application/json') {
    throw new TypeError('a response of an MCP server must be JSON or an event stream');
  }
  const message: unknown = JSON.parse(text);
  const rewritten = await rewrite(message);
  return replaceBody(response, rewritten === message ? text : JSON.stringify(rewritten));
}

function replaceBody(response: Response, body: string | ReadableStream | null): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  headers.delete('etag');
  return new Response(body, { status: response.status, headers });
}

function toPrivate(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set('cache-control', 'private, no-store');
  return new Response(response.body, { status: response.status, headers });
}

function getType(response: Response): string | undefined {
  return parseMediaType(response.headers.get('content-type') ?? '')?.type;
}
