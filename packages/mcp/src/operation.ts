import { JsonRpcError } from './json-rpc-error.js';
import { isObject, type McpMessage } from './message.js';

/** One thing that a message asks for, and that needs a rule. */
export interface Operation {
  /** A method of a rule, or `tasks`: what a task was created for has the rule. */
  readonly method: string;
  /** The tool, prompt, resource or task. `undefined` if the method names nothing. */
  readonly name?: string | undefined;
  /** Whether the name is a template of resources. */
  readonly isTemplate?: boolean | undefined;
}

/** The members of `params.notifications` of `subscriptions/listen` that are switches. */
const LIST_CHANGES: readonly string[] = [
  'toolsListChanged',
  'promptsListChanged',
  'resourcesListChanged',
];

/** Each may become a rule to check. */
const MAX_SUBSCRIPTIONS = 100;

/** Methods that 2026-07-28 removed. */
const REMOVED: readonly string[] = ['resources/subscribe', 'resources/unsubscribe'];

/**
 * Finds what a request or a notification asks for: the method, and what it names.
 * @param isStateless whether the message follows 2026-07-28.
 * @throws JsonRpcError if it must name something and does not.
 */
export function toOperations(message: McpMessage, isStateless: boolean): readonly Operation[] {
  const { method, params } = message;
  if (isStateless && REMOVED.includes(method)) return [{ method }];
  switch (method) {
    case 'tools/call':
    case 'prompts/get':
      return [{ method, name: getName(message, params['name']) }];
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return [{ method: 'resources/read', name: getName(message, params['uri']) }];
    case 'completion/complete':
      return [toReference(message)];
    case 'subscriptions/listen':
      return [{ method }, ...toSubscriptions(message)];
    case 'tasks/get':
    case 'tasks/result':
    case 'tasks/update':
    case 'tasks/cancel':
      return [{ method: 'tasks', name: getName(message, params['taskId']) }];
    default:
      return [{ method }];
  }
}

/** A prompt, or a resource template, with the argument to complete. */
function toReference(message: McpMessage): Operation {
  const { ref } = message.params;
  if (isObject(ref) && ref['type'] === 'ref/prompt') {
    return { method: 'prompts/get', name: getName(message, ref['name']) };
  }
  if (isObject(ref) && ref['type'] === 'ref/resource') {
    const name = getName(message, ref['uri']);
    return { method: 'resources/read', name, isTemplate: name.includes('{') };
  }
  throw invalid(message, 'ref must be a prompt or a resource.');
}

function toSubscriptions(message: McpMessage): readonly Operation[] {
  const { notifications = {} } = message.params;
  if (!isObject(notifications)) throw invalid(message, 'notifications must be an object.');
  const { resourceSubscriptions = [], taskIds = [], ...others } = notifications;
  if (Object.keys(others).some((name) => !LIST_CHANGES.includes(name))) {
    throw invalid(message, 'notifications has an unknown member.');
  }
  const names = [resourceSubscriptions, taskIds];
  if (!names.every((list): list is unknown[] => Array.isArray(list))) {
    throw invalid(message, 'The subscriptions must be lists.');
  }
  if (names.flat().length > MAX_SUBSCRIPTIONS) {
    throw invalid(message, `At most ${MAX_SUBSCRIPTIONS} subscriptions are allowed.`);
  }
  const [uris = [], ids = []] = names;
  return [
    ...uris.map((uri) => ({ method: 'resources/read', name: getName(message, uri) }) as const),
    ...ids.map((id) => ({ method: 'tasks', name: getName(message, id) }) as const),
  ];
}

function getName(message: McpMessage, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(message, `${message.method} must name what it is for.`);
}

function invalid({ id }: McpMessage, text: string): JsonRpcError {
  return new JsonRpcError('invalid_params', text, { id });
}
