import type { Application, Folder } from './application.js';
import type { Trial } from './campaign.js';
import { findFile } from './folder-on-disk.js';
import { generateApplication, type HostName } from './generate-application.js';
import { generateRequest } from './generate-request.js';
import { buildExpress } from './hosts/express.js';
import { buildFastify } from './hosts/fastify.js';
import { buildFetch } from './hosts/fetch.js';
import { buildHono } from './hosts/hono.js';
import type { Built, World } from './hosts/host.js';
import { buildKoa } from './hosts/koa.js';
import { buildNest } from './hosts/nest.js';
import { findNeeds } from './oracle.js';
import type { Random } from './random.js';

type Build = (app: Application, world: World) => Built;

const BUILD: Readonly<Record<HostName, Build>> = {
  Express: buildExpress,
  Koa: buildKoa,
  Hono: buildHono,
  Fastify: buildFastify,
  Nest: buildNest,
  Fetch: buildFetch,
};

/** An application that is attacked by its paths. */
export function createPathTrials(host: HostName): (random: Random, world: World) => Trial {
  return (random, world) => toPathTrial(host, generateApplication(random, host), world);
}

export function toPathTrial(host: HostName, app: Application, world: World): Trial {
  const folder = app.items.find((item): item is Folder => item.kind === 'folder');
  return {
    built: BUILD[host](app, world),
    description: app,
    generate: (random) => generateRequest(random, app),
    findNeeds: (reached) => findNeeds(app, reached),
    findServed: (answer) => {
      const file = findFile(answer);
      if (file === undefined || folder === undefined) return undefined;
      return { id: `file ${file.join('/')}`, method: 'GET', seen: [...folder.path, ...file] };
    },
  };
}
