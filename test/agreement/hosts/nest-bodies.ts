import type { Request } from 'express';
import type { FastifyRequest } from 'fastify';
import {
  type App,
  NEST_12,
  type Platform,
  startNest,
  type Type,
} from '../../support/nest-versions.js';
import { type BodyApplication, toGroupRule, toReached } from '../body-application.js';
import { pickParser, read as readExpress } from './express-bodies.js';
import { installParser, read as readFastify } from './fastify-bodies.js';
import type { Built, World } from './host.js';
import { toBuilt } from './nest.js';

const { common, mandate } = NEST_12;

/** The parsers of the platform, before every guard. */
export function buildNestBodies(app: BodyApplication, world: World): Built {
  const platform = app.reading % 5 < 3 ? 'express' : 'fastify';
  const starting = startNest(createModule(app, world, platform), {
    nest: NEST_12,
    platform,
    options: { bodyParser: hasOwnParsers(app, platform), rawBody: app.reading % 3 === 0 },
    setUp: (own) => setUp(own, app, platform),
  });
  return toBuilt(starting, platform);
}

/** Whether Nest installs its parsers. Fastify takes one parser for each type. */
function hasOwnParsers({ before, after, reading }: BodyApplication, platform: Platform): boolean {
  if (platform === 'fastify') return before.length === 0 && after.length === 0;
  return reading % 2 === 0;
}

async function setUp(own: App, app: BodyApplication, platform: Platform): Promise<void> {
  const instance = own.getHttpAdapter().getInstance();
  if (platform === 'express' && app.extendedQuery) instance.set('query parser', 'extended');
  for (const choice of [...app.before, ...app.after]) {
    if (platform === 'express') own.use(pickParser(choice));
    else await installParser(instance, choice);
  }
}

function createModule(app: BodyApplication, world: World, platform: Platform): Type {
  const isActing = app.source === 'act-as';
  const guard = (isActing ? world.createActingGuard : world.createGuard)({});
  class Notes {
    async create(request: object) {
      const found =
        platform === 'express'
          ? await readExpress(app, request as Request)
          : readFastify(app, request as FastifyRequest);
      world.reach(toReached(found, app));
      return 'handled';
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Notes.prototype, 'create');
  const decorators = [
    common.Post('t/:g'),
    isActing ? mandate.RequireScopes() : mandate.RequireGroup(toGroupRule(app)),
  ];
  for (const decorate of decorators) {
    decorate(Notes.prototype, 'create', descriptor as PropertyDescriptor);
  }
  common.Req()(Notes.prototype, 'create', 0);
  common.Controller()(Notes);
  class AppModule {}
  const imports = [mandate.MandateModule.forRoot({ guard })];
  common.Module({ imports, controllers: [Notes] })(AppModule);
  return AppModule;
}
