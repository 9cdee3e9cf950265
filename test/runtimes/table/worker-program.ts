import { type GivenPairs, giveKeyPairs } from '../../support/key-pairs.js';
import type { Row } from './row.js';

interface Env {
  readonly KEYS: string;
  readonly ROW: string;
}

type Handle = (request: Request) => Response | Promise<Response>;

let world: Promise<Handle> | undefined;

async function create({ KEYS, ROW }: Env): Promise<Handle> {
  giveKeyPairs(JSON.parse(KEYS) as GivenPairs);
  const { host, mounting } = JSON.parse(ROW) as Row;
  // The policy makes its keys while its module loads, which a Worker may do only for a request.
  const { createObserved } = await import('./observed.js');
  const { guard, reach, take } = createObserved(mounting);
  const { createFetchHandler } = await import('../../contract/hosts/fetch.js');
  const { createHonoApp } = await import('../../contract/hosts/hono.js');
  const handle: Handle =
    host === 'hono'
      ? createHonoApp(guard, mounting, reach).fetch
      : createFetchHandler(guard, mounting, reach);
  return (request) => (request.url.endsWith('/__seen') ? Response.json(take()) : handle(request));
}

export const worker = {
  async fetch(request: Request, env: Env): Promise<Response> {
    world ??= create(env);
    return (await world)(request);
  },
};
