import { JSON_RPC_CODES } from './json-rpc-error.js';
import { isObject } from './message.js';
import { AMBIGUOUS, type RuleTable } from './rule-table.js';

/** A message between a client and a server in one process. */
type Message = Readonly<Record<string, unknown>>;

/** What a server of either SDK is connected to. */
interface ServerTransport {
  start(): Promise<void>;
  send(message: object): Promise<void>;
  close(): Promise<void>;
  onmessage?: (message: never) => void;
  onclose?: () => void;
}

/** A server of either SDK: `McpServer` or `Server`. */
export interface McpServer {
  connect(transport: never): Promise<void>;
  close(): Promise<void>;
}

const LISTS = [
  ['tools/list', 'tools', 'name', 'tools/call'],
  ['prompts/list', 'prompts', 'name', 'prompts/get'],
  ['resources/list', 'resources', 'uri', 'resources/read'],
  ['resources/templates/list', 'resourceTemplates', 'uriTemplate', 'resources/read'],
] as const;

/** Enough for any server, and an end for one whose cursors lead in a circle. */
const MAX_PAGES = 1000;

/**
 * Compares the map of rules with what a server has.
 * @throws TypeError with the differences.
 */
export async function checkTools(server: McpServer, rules: RuleTable): Promise<void> {
  const names = await listNames(server);
  const missing = names.filter((one) => !hasRule(one, rules)).map(({ key }) => `- ${key}`);
  const known = new Set(names.map(({ key }) => key));
  const unused = rules.entries
    .filter(({ name, isPrefix, key }) => name !== '' && !isPrefix && !known.has(key))
    // A server need not list resources.
    .filter(({ method }) => method !== 'resources/read')
    .map(({ key }) => `- ${key}: the server has nothing of this name`);
  const faults = [...missing.map((line) => `${line}: no rule`), ...unused];
  if (faults.length > 0) throw new TypeError(`checkTools:\n${faults.join('\n')}`);
}

interface ListedName {
  readonly method: 'tools/call' | 'prompts/get' | 'resources/read';
  readonly name: string;
  readonly isTemplate: boolean;
  /** As the key of a rule. */
  readonly key: string;
}

function hasRule({ method, name, isTemplate }: ListedName, rules: RuleTable): boolean {
  if (isTemplate) return rules.findTemplate(name).length > 0;
  const found =
    method === 'resources/read' ? rules.findResource(name) : rules.findNamed(method, name);
  return found !== undefined && found !== AMBIGUOUS;
}

async function listNames(server: McpServer): Promise<readonly ListedName[]> {
  if (typeof server?.connect !== 'function' || typeof server.close !== 'function') {
    throw new TypeError('checkTools needs a server of an MCP SDK');
  }
  const client = new LocalClient();
  await server.connect(client.transport as never);
  try {
    await client.initialize();
    const names: ListedName[] = [];
    for (const [list, member, id, method] of LISTS) {
      for (const item of await client.list(list, member)) {
        const name = String(item[id]);
        names.push({ method, name, isTemplate: id === 'uriTemplate', key: `${method} ${name}` });
      }
    }
    return names;
  } finally {
    await server.close();
  }
}

/** As much of a client as lists need. */
class LocalClient {
  readonly transport: ServerTransport = {
    start: async () => {},
    send: async (message) => this.#receive(message as Message),
    close: async () => this.transport.onclose?.(),
  };
  readonly #pending = new Map<unknown, (message: Message) => void>();
  #lastId = 0;

  async initialize(): Promise<void> {
    const clientInfo = { name: 'checkTools', version: '1' };
    await this.#request('initialize', {
      ...{ protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
    });
    this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  /** All pages of a list. A server without that list has no items. */
  async list(method: string, member: string): Promise<readonly Message[]> {
    const items: Message[] = [];
    let cursor: unknown;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { result, error } = await this.#request(method, cursor === undefined ? {} : { cursor });
      if (isObject(error) && error['code'] === JSON_RPC_CODES.method_not_found) return items;
      if (!isObject(result) || !Array.isArray(result[member])) {
        throw new TypeError(`checkTools: the server does not answer ${method}`);
      }
      items.push(...(result[member] as readonly Message[]));
      cursor = result['nextCursor'];
      if (cursor === undefined) return items;
    }
    throw new TypeError(`checkTools: ${method} has more than ${MAX_PAGES} pages`);
  }

  #request(method: string, params: object): Promise<Message> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }

  #send(message: Message): void {
    this.transport.onmessage?.(message as never);
  }

  #receive(message: Message): void {
    this.#pending.get(message['id'])?.(message);
    this.#pending.delete(message['id']);
  }
}
