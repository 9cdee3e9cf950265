import 'node:http'; // served by real servers
import { AuthError, createGuard, type Principal } from '@mandate/core';
import { getRawToken } from '@mandate/core/raw-token';
import { afterEach, describe, expect, test } from 'vitest';
import { createNamedGuard, type RunningApp, SITES, serveNest } from './application.js';

let running: RunningApp | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

type Class = new () => object;
type Served = Parameters<typeof serveNest>;

describe.each(SITES)('%s', (_name, site) => {
  const { common, core, mandate } = site.nest;
  const { All, Controller, Get, Head, Header, Options, Post, Req, Version } = common;
  const { Auth, MandateModule, Public, RequireScopes } = mandate;

  interface App {
    readonly options?: object;
    readonly providers?: Served[0]['providers'];
    readonly setUp?: Served[1]['setUp'];
  }

  async function serve(controllers: Class[], { options, providers, setUp }: App = {}) {
    const module = MandateModule.forRoot({ guard: createNamedGuard(), ...options });
    running = await serveNest(
      { imports: [module], controllers, ...(providers && { providers }) },
      { ...site, ...(setUp && { setUp }) },
    );
    return running.send;
  }

  const codeOf = ({ body }: { readonly body: unknown }) => (body as { code?: string }).code;

  test('each version has its own rule, by the header as well', async () => {
    @Controller('docs')
    class Docs {
      @Version('1')
      @Get()
      @RequireScopes('ONE')
      one() {
        return { version: 1 };
      }

      @Version('2')
      @Get()
      @RequireScopes('TWO')
      two() {
        return { version: 2 };
      }
    }
    const send = await serve([Docs], {
      setUp: (app) =>
        app.enableVersioning({ type: common.VersioningType.HEADER, header: 'X-Version' }),
    });
    const ask = async (version: string, token: string) =>
      (await send('GET /docs', token, { headers: { 'x-version': version } })).body;
    expect(await ask('1', 'scope.ONE')).toEqual({ version: 1 });
    expect(await ask('2', 'scope.TWO')).toEqual({ version: 2 });
    expect(await ask('2', 'scope.ONE')).toMatchObject({ code: 'scope_required' });
    expect(await ask('1', 'scope.TWO')).toMatchObject({ code: 'scope_required' });
  });

  test('a prefix, with exceptions, changes no rule', async () => {
    @Controller()
    class Any {
      @Get('docs')
      @RequireScopes('DOCS')
      docs() {
        return {};
      }

      @Get('health')
      @Public()
      health() {
        return {};
      }

      @Get('plain')
      @RequireScopes('PLAIN')
      plain() {
        return {};
      }
    }
    const send = await serve([Any], {
      setUp: (app) => app.setGlobalPrefix('api', { exclude: ['plain'] }),
    });
    expect((await send('GET /api/docs', 'scope.DOCS')).status).toBe(200);
    expect(codeOf(await send('GET /api/docs'))).toBe('credentials_missing');
    expect((await send('GET /api/health')).status).toBe(200);
    expect((await send('GET /plain', 'scope.PLAIN')).status).toBe(200);
    expect(codeOf(await send('GET /plain', 'scope.DOCS'))).toBe('scope_required');
    expect((await send('GET /docs', 'scope.DOCS')).status).toBe(404);
  });

  test('HEAD, OPTIONS, every method, and streams need the rule', async () => {
    @RequireScopes('A')
    @Controller('all')
    class Methods {
      @Get('get')
      get() {
        return {};
      }

      @Head('head')
      head() {}

      @Options('options')
      options() {
        return {};
      }

      @All('all')
      all() {
        return {};
      }

      @common.Sse('events')
      events() {
        return [{ data: 'one' }];
      }
    }
    const send = await serve([Methods]);
    const endpoints = [
      'HEAD get',
      'HEAD head',
      'OPTIONS options',
      'GET events',
      'DELETE all',
      'PATCH all',
    ];
    for (const endpoint of endpoints) {
      const [method, path] = endpoint.split(' ');
      const ask = (token?: string) => send(`${method} /all/${path}`, token);
      expect([endpoint, (await ask()).status]).toEqual([endpoint, 401]);
      expect([endpoint, (await ask('scope.B')).status]).toEqual([endpoint, 403]);
      if (path !== 'events')
        expect([endpoint, (await ask('scope.A')).status < 300]).toEqual([endpoint, true]);
    }
  });

  test('the first of two controllers with one path answers, by its own rule', async () => {
    @Controller('same')
    class First {
      @Get(':id')
      @RequireScopes('FIRST')
      show() {
        return { by: 'first' };
      }
    }
    @Controller('same')
    class Second {
      @Get('two')
      @RequireScopes('SECOND')
      show() {
        return { by: 'second' };
      }
    }
    const send = await serve([First, Second]);
    for (const [token, other] of [
      ['FIRST', 'SECOND'],
      ['SECOND', 'FIRST'],
    ] as const) {
      const answer = await send('GET /same/two', `scope.${token}`);
      // Express takes the first route, and Fastify the literal one.
      const by = site.platform === 'express' ? 'FIRST' : 'SECOND';
      if (token === by) expect(answer.body).toEqual({ by: by.toLowerCase() });
      else expect([codeOf(answer), other]).toEqual(['scope_required', by]);
    }
  });

  test('request-scoped controllers are guarded', async () => {
    class Scoped {
      show(principal: Principal) {
        return { for: principal.subject };
      }
    }
    const show = Object.getOwnPropertyDescriptor(Scoped.prototype, 'show') as PropertyDescriptor;
    Get('scoped')(Scoped.prototype, 'show', show);
    RequireScopes('A')(Scoped.prototype, 'show', show);
    Auth()(Scoped.prototype, 'show', 0);
    Controller({ scope: common.Scope.REQUEST })(Scoped);
    const send = await serve([Scoped]);
    expect((await send('GET /scoped', 'scope.A')).body).toEqual({ for: 'ada@example.com' });
    expect(codeOf(await send('GET /scoped', 'scope.B'))).toBe('scope_required');
  });

  test('a filter for everything sees no refusal, and cannot let a request pass', async () => {
    const seen: unknown[] = [];
    let handled = 0;
    class Filter {
      catch(error: unknown, host: import('@nestjs/common').ArgumentsHost) {
        seen.push(error);
        const response = host.switchToHttp().getResponse();
        if (site.platform === 'fastify') response.code(200).send({ by: 'filter' });
        else response.status(200).json({ by: 'filter' });
      }
    }
    common.Catch()(Filter);
    @Controller()
    class Any {
      @Get()
      @RequireScopes('A')
      show() {
        handled++;
        return {};
      }
    }
    const providers = [{ provide: core.APP_FILTER, useClass: Filter }];
    const send = await serve([Any], { providers });
    const refused = await send('GET /', 'scope.B');
    expect([refused.status, codeOf(refused)]).toEqual([403, 'scope_required']);
    expect([handled, seen]).toEqual([0, []]);
    await running?.close();

    const throwing = await serve([Any], { providers, options: { denials: 'throw' } });
    expect((await throwing('GET /', 'scope.B')).body).toEqual({ by: 'filter' });
    expect(handled).toBe(0);
    const [error] = seen as [InstanceType<typeof mandate.DenialException>];
    expect(error).toBeInstanceOf(mandate.DenialException);
    expect(error).toBeInstanceOf(common.HttpException);
    expect([error.getStatus(), error.code]).toEqual([403, 'scope_required']);
    expect(error.cause).toBeInstanceOf(AuthError);
    expect(error.headers['www-authenticate']).toContain('scope="A"');
  });

  test("with denials: 'throw', the filter of Nest answers as the guard does", async () => {
    @Controller()
    class Any {
      @Get()
      @RequireScopes('A')
      show() {
        return {};
      }
    }
    const answers = [];
    for (const denials of ['answer', 'throw']) {
      const send = await serve([Any], { options: { denials } });
      const { status, body, headers } = await send('GET /', 'scope.B');
      const own = ['www-authenticate', 'cache-control'].map((name) => headers.get(name));
      answers.push({ status, body, own });
      await running?.close();
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  test('an error of a callback is hidden from filters and callers', async () => {
    const guard = createGuard({
      verifiers: [
        {
          accepts: () => true,
          verify: () => {
            throw Object.assign(new Error('row 17'), { status: 200, statusCode: 200 });
          },
        },
      ],
    });
    @Controller()
    class Any {
      @Get()
      @RequireScopes('A')
      show() {
        return {};
      }
    }
    const send = await serve([Any], { options: { guard } });
    const { status, body } = await send('GET /', 'any');
    expect([status, body]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
  });

  test('interceptors and pipes run only for allowed requests, and find the principal', async () => {
    const seen: unknown[] = [];
    class Interceptor {
      intercept(
        context: import('@nestjs/common').ExecutionContext,
        next: import('@nestjs/common').CallHandler,
      ) {
        seen.push(context.switchToHttp().getRequest().auth.subject);
        return next.handle();
      }
    }
    @Controller()
    class Any {
      @Get()
      @RequireScopes('A')
      show(@Req() request: object) {
        return { token: getRawToken(request)?.token };
      }
    }
    const send = await serve([Any], {
      providers: [{ provide: core.APP_INTERCEPTOR, useClass: Interceptor }],
    });
    expect(codeOf(await send('GET /', 'scope.B'))).toBe('scope_required');
    expect(seen).toEqual([]);
    expect((await send('GET /', 'scope.A')).body).toEqual({ token: 'scope.A' });
    expect(seen).toEqual(['ada@example.com']);
  });

  test('a handler that passes the request on leads to the rule of the next one', async () => {
    if (site.platform === 'fastify') return; // its routes have no next
    const passOn = (_request: unknown, next: () => void) => next();
    class First {
      show(request: unknown, next: () => void) {
        passOn(request, next);
      }
    }
    const show = Object.getOwnPropertyDescriptor(First.prototype, 'show') as PropertyDescriptor;
    Get('next')(First.prototype, 'show', show);
    Public()(First.prototype, 'show', show);
    Req()(First.prototype, 'show', 0);
    common.Next()(First.prototype, 'show', 1);
    Controller()(First);
    @Controller()
    class Second {
      @Get('next')
      @RequireScopes('A')
      show() {
        return { by: 'second' };
      }
    }
    const send = await serve([First, Second]);
    expect(codeOf(await send('GET /next'))).toBe('credentials_missing');
    expect((await send('GET /next', 'scope.A')).body).toEqual({ by: 'second' });
  });

  test('CORS headers of the application stay on a refusal', async () => {
    @Controller()
    class Any {
      @Post()
      @Header('x-handled', 'yes')
      @RequireScopes('A')
      create() {
        return {};
      }
    }
    const send = await serve([Any], {
      setUp: (app) => app.enableCors({ origin: 'https://app.example', exposedHeaders: 'X-Id' }),
    });
    const { status, headers } = await send('POST /', 'scope.B', {
      headers: { origin: 'https://app.example' },
    });
    expect(status).toBe(403);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(headers.get('access-control-expose-headers')).toBe('X-Id');
    expect(headers.get('x-handled')).toBeNull();
  });

  test('the address of the caller comes from the option', async () => {
    const addresses: unknown[] = [];
    @Controller()
    class Any {
      @Get()
      @mandate.AllowIf((_principal, { remoteAddress }) => {
        addresses.push(remoteAddress);
        return true;
      })
      show() {
        return {};
      }
    }
    const remoteAddress = (request: { readonly headers: Record<string, string> }) =>
      request.headers['x-caller'];
    const send = await serve([Any], { options: { remoteAddress } });
    await send('GET /', 'any', { headers: { 'x-caller': '192.0.2.7' } });
    expect(addresses).toEqual(['192.0.2.7']);
  });
});
