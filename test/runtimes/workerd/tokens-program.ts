import { createGuard } from '@mandate/core';
import { guardFetch } from '@mandate/fetch';
import {
  createMemoryTokenStore,
  createTokenAuthority,
  createTokenVerifier,
  type TokenStore,
} from '@mandate/tokens';

/** What a test binds. */
interface Env {
  /** Answers when the store is to answer. */
  readonly STORE_URL: string;
  readonly USES_WAIT_UNTIL: string;
}

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

let arrived = 0;
let world: ReturnType<typeof create> | undefined;

/** A store over a network, as every store of a Worker is. */
function openStore(url: string): TokenStore {
  const memory = createMemoryTokenStore();
  const ask = async (operation: string) => {
    const answer = await fetch(`${url}/${operation}`);
    await answer.text();
  };
  const slow: Pick<TokenStore, 'find' | 'touch'> = {
    find: async (hashes) => {
      await ask('find');
      return memory.find(hashes);
    },
    touch: async (used) => {
      await ask('touch');
      await memory.touch(used);
    },
  };
  return new Proxy(memory, {
    get(_target, name) {
      if (name === 'find' || name === 'touch') return slow[name];
      const value: unknown = Reflect.get(memory, name, memory);
      return typeof value === 'function' ? value.bind(memory) : value;
    },
  });
}

function create({ STORE_URL, USES_WAIT_UNTIL }: Env) {
  const store = openStore(STORE_URL);
  const verifier = createTokenVerifier({ store, timeoutMs: 1000, flushSeconds: 1 });
  const guard = createGuard({ verifiers: [verifier], endpoints: { 'GET /me': { scopes: [] } } });
  const handle = guardFetch(
    guard,
    (_request, { principal }, _env: Env, _ctx: Context) => Response.json(principal.subject),
    USES_WAIT_UNTIL === 'yes'
      ? { waitUntil: (promise, _request, _env, ctx) => ctx.waitUntil(promise) }
      : {},
  );
  return { store, handle, authority: createTokenAuthority({ store }) };
}

const ADMIN = { subject: 'root@example.com', isSuperAdmin: true };
const NEW_TOKEN = {
  description: 'a test',
  scopes: ['ALL'],
  permission: 'USER',
  userEmail: 'ada@example.com',
} as const;

async function control(path: string, store: TokenStore): Promise<unknown> {
  if (path === '/arrived') return arrived;
  if (path.startsWith('/last-used/')) {
    return (await store.get(path.slice('/last-used/'.length)))?.lastUsedAt ?? null;
  }
  const { authority } = world as ReturnType<typeof create>;
  const { secret, token } = await authority.create(NEW_TOKEN, ADMIN);
  return { secret, id: token.id };
}

export const worker = {
  async fetch(request: Request, env: Env, ctx: Context): Promise<Response> {
    world ??= create(env);
    const { pathname } = new URL(request.url);
    if (pathname !== '/me') return Response.json(await control(pathname, world.store));
    arrived++;
    return world.handle(request, env, ctx);
  },
};
