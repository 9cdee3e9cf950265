import 'node:http'; // served by real servers
import { afterEach, describe, expect, test } from 'vitest';
import {
  EventPattern,
  MessagePattern,
  Mutation,
  Query,
  Resolver,
  SubscribeMessage,
  WebSocketGateway,
  WsAdapter,
} from '../nest-transports/transports.js';
import { createNamedGuard, type RunningApp, SITES, serveNest } from './application.js';

let running: RunningApp | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

type Class = new () => object;

describe.each(SITES)('%s', (_name, site) => {
  const { common, mandate } = site.nest;
  const { Controller, Get } = common;
  const { MandateModule, AllowAnonymous, Optional, Public, RequireGroup, RequireScopes } = mandate;

  async function start(
    controllers: Class[],
    { guard = createNamedGuard(), providers = [] as Class[] } = {},
  ) {
    running = await serveNest(
      { imports: [MandateModule.forRoot({ guard })], controllers, providers },
      { ...site, setUp: (app) => app.useWebSocketAdapter(new WsAdapter(app.getHttpServer())) },
    );
    return running.send;
  }

  test('a public method in a class with a rule is a contradiction', async () => {
    @RequireScopes('A')
    @Controller('a')
    class Closed {
      @Get()
      @Public()
      open() {}
    }
    @Public()
    @Controller('b')
    class Open {
      @Get()
      @RequireScopes('A')
      closed() {}
    }
    await expect(start([Closed, Open])).rejects.toThrow(
      /2 faults:\n- Closed\.open is @Public\(\) and has another rule.*\n- Open\.closed is @Public\(\)/,
    );
  });

  test('an optional method in a class that requires a token is a contradiction', async () => {
    @RequireGroup('admins')
    @Controller('a')
    class Closed {
      @Get()
      @Optional()
      open() {}
    }
    await expect(start([Closed])).rejects.toThrow(/Closed\.open is @Optional\(\) beside a rule/);
  });

  test('two decorators of one kind, or an invalid rule, throw when the class is defined', () => {
    const decorate = (...decorators: ((target: Class) => unknown)[]) => {
      class Any {}
      for (const one of decorators) one(Any);
    };
    const twice = () => decorate(RequireScopes('A'), RequireScopes('B'));
    expect(twice).toThrow(new TypeError('Any: two decorators declare its scopes'));
    const open = () => decorate(RequireScopes('A'), Public());
    expect(open).toThrow(/^Any: @Public\(\) cannot be combined with another rule$/);
    expect(() => RequireScopes('')).toThrow(TypeError);
    expect(() => mandate.RequireAnyScope()).toThrow(TypeError);
    expect(() => RequireGroup({})).toThrow(TypeError);
    expect(() => RequireGroup(undefined as never)).toThrow('group must not be undefined');
    expect(() => mandate.RequireStepUp({})).toThrow(TypeError);
    expect(() => mandate.AllowIf('yes' as never)).toThrow('AllowIf needs a function');
    expect(() => mandate.RequireClaim('plan')).toThrow(TypeError);
  });

  test('a rule on anything but a class or an instance method throws', () => {
    const decorate = RequireScopes() as (...args: unknown[]) => unknown;
    class Any {
      static make() {}

      name = 'any';
    }
    const make = Object.getOwnPropertyDescriptor(Any, 'make');
    expect(() => decorate(Any, 'make', make)).toThrow(
      /belongs to a controller or to one of its methods/,
    );
    expect(() => decorate(Any.prototype, 'name', undefined)).toThrow(TypeError);
    expect(() => decorate(() => undefined, { kind: 'method' })).toThrow(/"experimentalDecorators"/);
  });

  test('a controller inherits what its base class requires, and not what it opens', async () => {
    @AllowAnonymous()
    @RequireScopes('BASE')
    class Base {
      @Get('inherited')
      inherited() {
        return {};
      }
    }
    @RequireGroup('admins')
    @Controller('sub')
    class Sub extends Base {
      @Get('own')
      own() {
        return {};
      }
    }
    const send = await start([Sub]);
    const code = async (path: string, token: string) =>
      ((await send(`GET /sub/${path}`, token)).body as { code?: string }).code;
    for (const path of ['inherited', 'own']) {
      expect(await code(path, 'scope.BASE')).toBe('group_mismatch');
      expect(await code(path, 'group.admins')).toBe('scope_required');
      expect(await code(path, 'scope.BASE_group.admins')).toBeUndefined();
      expect(await code(path, 'scope.BASE_group.admins_permission.ANONYMOUS')).toBe(
        'anonymous_not_allowed',
      );
    }
  });

  test('a public base class opens no method of a subclass', async () => {
    @Public()
    class Base {
      @Get()
      show() {}
    }
    @Controller()
    class Sub extends Base {}
    await expect(start([Sub])).rejects.toThrow(/Sub\.show has no rule/);
  });

  test('a rule on a method that is not a route is a fault', async () => {
    @Controller()
    class Any {
      @RequireScopes('A')
      helper() {}
    }
    await expect(start([Any])).rejects.toThrow(/Any\.helper has a rule but no route/);
  });

  test('a scope that the guard does not list is a fault', async () => {
    @RequireScopes('LIST')
    @Controller()
    class Any {
      @Get()
      @mandate.RequireAnyScope('SERACH', 'LIST')
      show() {}
    }
    const guard = createNamedGuard({ scopes: ['SEARCH', 'LIST'] });
    await expect(start([Any], { guard })).rejects.toThrow(
      /1 fault:\n- Any\.show requires the scope "SERACH", which is not in the list/,
    );
  });

  test('gateways, resolvers and message handlers stop the start, unless they are public', async () => {
    @WebSocketGateway()
    class Chat {
      @SubscribeMessage('say')
      say() {}
    }
    @Resolver()
    class Search {
      @Query(() => String)
      search() {}
    }
    // Nest GraphQL serves the methods of a class without @Resolver() too.
    class Notes {
      @Mutation(() => String)
      add() {}
    }
    @Controller()
    class Messages {
      @MessagePattern('sum')
      sum(_numbers: unknown) {}
      @EventPattern('added')
      added(_numbers: unknown) {}
    }
    const providers = [Chat, Search, Notes];
    const starting = start([Messages], { providers });
    const faults = await starting.catch((error: Error) => error.message.split('\n- '));
    expect(faults).toEqual([
      'MandateModule found 5 faults:',
      expect.stringMatching(/^Messages\.sum is a message handler/),
      expect.stringMatching(/^Messages\.added is a message handler/),
      expect.stringMatching(/^Chat is a WebSocket gateway/),
      expect.stringMatching(/^Search is a GraphQL resolver/),
      expect.stringMatching(/^Notes is a GraphQL resolver/),
    ]);
    for (const one of providers) Public()(one);
    for (const name of ['sum', 'added']) {
      const method = Object.getOwnPropertyDescriptor(Messages.prototype, name);
      Public()(Messages.prototype, name, method as PropertyDescriptor);
    }
    await start([Messages], { providers });
  });

  test('a controller of a library takes a rule by a call', async () => {
    @Controller('metrics')
    class Metrics {
      @Get()
      show() {
        return {};
      }
    }
    Public()(Metrics);
    const send = await start([Metrics]);
    expect((await send('GET /metrics')).status).toBe(200);
  });

  test('the module is imported once', async () => {
    const guard = createNamedGuard();
    const imports = [
      MandateModule.forRoot({ guard }),
      MandateModule.forRoot({ guard, denials: 'throw' }),
    ];
    await expect(serveNest({ imports }, site)).rejects.toThrow(
      'MandateModule must be imported once, with forRoot',
    );
  });

  test('options are checked', () => {
    const guard = createNamedGuard();
    const forRoot = (options: object) => () => MandateModule.forRoot(options as never);
    expect(forRoot({})).toThrow('MandateModule: the guard is invalid');
    expect(forRoot({ guard, denial: 'throw' })).toThrow(
      'unknown option "denial" in MandateModule; did you mean "denials"?',
    );
    expect(forRoot({ guard, denials: 'maybe' })).toThrow(TypeError);
    expect(forRoot({ guard, allowEncodedSlash: 'no' })).toThrow(
      'MandateModule: allowEncodedSlash must be true or false',
    );
    expect(forRoot({ guard, optional: true })).toThrow('unknown option "optional"');
    const forRootAsync = (options: object) => () => MandateModule.forRootAsync(options as never);
    expect(forRootAsync({})).toThrow('useFactory must be a function');
    expect(forRootAsync({ useClass: class {} })).toThrow('unknown option "useClass"');
  });

  test('forRootAsync takes the options from providers, and rejects invalid ones', async () => {
    const OPTIONS = 'OPTIONS';
    const create = (options: unknown) => {
      class Settings {}
      common.Module({
        providers: [{ provide: OPTIONS, useValue: options }],
        exports: [OPTIONS],
      })(Settings);
      @Controller()
      class Any {
        @Get()
        @RequireScopes('A')
        show() {
          return {};
        }
      }
      const module = MandateModule.forRootAsync({
        imports: [Settings],
        inject: [OPTIONS],
        useFactory: async (given) => given,
      });
      return serveNest({ imports: [module], controllers: [Any] }, site);
    };
    running = await create({ guard: createNamedGuard() });
    expect((await running.send('GET /', 'scope.A')).status).toBe(200);
    expect((await running.send('GET /')).status).toBe(401);
    await expect(create({ guard: createNamedGuard(), routing: {} })).rejects.toThrow(
      'unknown option "routing" in MandateModule',
    );
  });
});
