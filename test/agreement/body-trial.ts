import { type BodyApplication, generateBodyApplication } from './body-application.js';
import type { Trial } from './campaign.js';
import type { HostName } from './generate-application.js';
import { generateBodyRequest } from './generate-body.js';
import { buildExpressBodies } from './hosts/express-bodies.js';
import { buildFastifyBodies } from './hosts/fastify-bodies.js';
import { buildFetchBodies } from './hosts/fetch-bodies.js';
import { buildHonoBodies } from './hosts/hono-bodies.js';
import type { Built, World } from './hosts/host.js';
import { buildKoaBodies } from './hosts/koa-bodies.js';
import { buildNestBodies } from './hosts/nest-bodies.js';
import type { Random } from './random.js';

type Build = (app: BodyApplication, world: World) => Built;

const BUILD: Readonly<Record<HostName, Build>> = {
  Express: buildExpressBodies,
  Koa: buildKoaBodies,
  Hono: buildHonoBodies,
  Fastify: buildFastifyBodies,
  Nest: buildNestBodies,
  Fetch: buildFetchBodies,
};

/** An application that is attacked by its bodies, queries and headers. */
export function createBodyTrials(host: HostName): (random: Random, world: World) => Trial {
  return (random, world) => toBodyTrial(host, generateBodyApplication(random), world);
}

export function toBodyTrial(host: HostName, app: BodyApplication, world: World): Trial {
  return {
    built: BUILD[host](app, world),
    description: app,
    generate: (random) => generateBodyRequest(random, app),
    findNeeds: () => [],
  };
}
