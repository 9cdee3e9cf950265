import type { Glean } from '@gleanwork/api-client';

type Options = { readonly headers?: Record<string, string> };

/** A call of the SDK, and what a server must have for it. */
export interface Operation {
  readonly path: string;
  readonly scopes: readonly string[];
  /** Calls the server; what it resolves to has the server's `who` in it. */
  call(glean: Glean, options?: Options): Promise<unknown>;
  /** An answer that the SDK accepts, with `who` where it keeps it. */
  answer(who: string): object;
}

const messages = [{ fragments: [{ text: 'Hello' }] }];

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  search: {
    path: '/rest/api/v1/search',
    scopes: ['SEARCH'],
    call: ({ client }, options) =>
      client.search.query({ query: 'holidays', pageSize: 1 }, undefined, options),
    answer: (who) => ({ requestID: who }),
  },
  chat: {
    path: '/rest/api/v1/chat',
    scopes: ['CHAT'],
    call: ({ client }, options) => client.chat.create({ messages }, undefined, undefined, options),
    answer: (who) => ({ chatId: who }),
  },
  agents: {
    path: '/rest/api/v1/agents/search',
    scopes: ['AGENTS'],
    call: ({ client }, options) => client.agents.list({ name: 'helper' }, options),
    answer: (who) => ({ agents: [{ agent_id: '1', name: who, capabilities: {} }] }),
  },
  'agent runs': {
    path: '/rest/api/v1/agents/runs/wait',
    scopes: ['AGENTS'],
    call: ({ client }, options) => client.agents.run({ agent_id: '1' }, options),
    answer: (who) => ({ run: { agent_id: who } }),
  },
  people: {
    path: '/rest/api/v1/people',
    scopes: ['PEOPLE'],
    call: ({ client }, options) =>
      client.entities.readPeople({ emailIds: ['ada@example.com'] }, undefined, options),
    answer: (who) => ({ errors: [who] }),
  },
};
