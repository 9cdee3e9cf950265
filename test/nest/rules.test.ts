import 'node:http'; // served by real servers
import type { Principal } from '@mandate/core';
import { afterEach, describe, expect, test } from 'vitest';
import { createNamedGuard, type RunningApp, SITES, serveNest } from './application.js';

let running: RunningApp | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

describe.each(SITES)('%s', (_name, site) => {
  const { common, mandate } = site.nest;
  const { Controller, Get, Post } = common;
  const guard = createNamedGuard();

  async function serve(controllers: (new () => object)[], options: object = {}) {
    const imports = [mandate.MandateModule.forRoot({ guard, ...options })];
    running = await serveNest({ imports, controllers }, site);
    return running.send;
  }

  const codeOf = ({ body }: { readonly body: unknown }) => (body as { code?: string }).code;

  test('a method needs what its decorators say', async () => {
    @Controller('documents')
    class Documents {
      @Get()
      @mandate.RequireScopes('READ', 'LIST')
      list(@mandate.Auth() principal: Principal) {
        return { for: principal.subject };
      }

      @Get('any')
      @mandate.RequireAnyScope('READ', 'ADMIN')
      any() {
        return {};
      }

      @Get('plan')
      @mandate.RequireClaim('plan', 'pro')
      @mandate.AllowIf(({ groups }) => groups.includes('beta') || 'not in the beta')
      plan() {
        return {};
      }

      @Get('groups/:id')
      @mandate.RequireGroup({ path: 'id' })
      group() {
        return {};
      }
    }
    const send = await serve([Documents]);
    expect(codeOf(await send('GET /documents'))).toBe('credentials_missing');
    expect(codeOf(await send('GET /documents', 'scope.READ'))).toBe('scope_required');
    const allowed = await send('GET /documents', 'scope.READ_scope.LIST');
    expect([allowed.status, allowed.body]).toEqual([200, { for: 'ada@example.com' }]);
    expect(codeOf(await send('GET /documents/any', 'scope.LIST'))).toBe('scope_required');
    expect((await send('GET /documents/any', 'scope.ADMIN')).status).toBe(200);
    expect(codeOf(await send('GET /documents/plan', 'plan.pro'))).toBe('condition_failed');
    expect(codeOf(await send('GET /documents/plan', 'group.beta'))).toBe('condition_failed');
    expect((await send('GET /documents/plan', 'plan.pro_group.beta')).status).toBe(200);
    expect(codeOf(await send('GET /documents/groups/2', 'group.1'))).toBe('group_mismatch');
    expect((await send('GET /documents/groups/1', 'group.1')).status).toBe(200);
  });

  test('the rules of a class and of a method must both allow the request', async () => {
    @mandate.RequireGroup('admins')
    @mandate.RequireScopes('READ')
    @Controller('admin')
    class Admin {
      @Get()
      show() {
        return {};
      }

      @Post()
      @mandate.RequireScopes('WRITE')
      @mandate.AllowAnonymous()
      write() {
        return {};
      }
    }
    const send = await serve([Admin]);
    expect(codeOf(await send('GET /admin', 'scope.READ'))).toBe('group_mismatch');
    expect((await send('GET /admin', 'scope.READ_group.admins')).status).toBe(200);
    const refused = await send('POST /admin', 'scope.WRITE_group.admins');
    expect(refused.headers.get('www-authenticate')).toContain('scope="WRITE READ"');
    expect(codeOf(await send('POST /admin', 'scope.READ_scope.WRITE'))).toBe('group_mismatch');
    const both = 'scope.READ_scope.WRITE_group.admins';
    expect((await send('POST /admin', both)).status).toBe(201);
    expect((await send('POST /admin', `${both}_permission.ANONYMOUS`)).status).toBe(201);
    expect(codeOf(await send('GET /admin', `${both}_permission.ANONYMOUS`))).toBe(
      'anonymous_not_allowed',
    );
  });

  test('a public method ignores tokens, and an optional one does not', async () => {
    @Controller()
    class Open {
      @Get('health')
      @mandate.Public()
      health(@mandate.Auth() principal: Principal) {
        return { permission: principal.permission };
      }

      @Get('news')
      @mandate.Optional()
      @mandate.RequireScopes('NEWS')
      news() {
        return {};
      }
    }
    const send = await serve([Open]);
    expect((await send('GET /health')).body).toEqual({ permission: 'ANONYMOUS' });
    expect((await send('GET /health', 'x'.repeat(9000))).status).toBe(200);
    expect((await send('GET /news')).status).toBe(200);
    expect(codeOf(await send('GET /news', 'scope.OTHER'))).toBe('scope_required');
    expect((await send('GET /news', 'scope.NEWS')).status).toBe(200);
  });

  test('an application does not start with a method without a rule, and names all of them', async () => {
    @Controller('cats')
    class Cats {
      @Get()
      list() {}

      @Post()
      create() {}

      @Get('wise')
      @mandate.RequireScopes('CATS')
      wise() {}

      helper() {}
    }
    await expect(serve([Cats])).rejects.toThrow(
      /^MandateModule found 2 faults:\n- Cats\.list has no rule: .*\n- Cats\.create has no rule: .*$/,
    );
  });

  test('a rule without the module does not start', async () => {
    @Controller('cats')
    class Cats {
      @Get()
      @mandate.RequireScopes('CATS')
      list() {}
    }
    running = undefined;
    await expect(serveNest({ controllers: [Cats] }, site)).rejects.toThrow(
      /dependencies of the AppliedRule.*MandateModule\.forRoot\(\)/,
    );
  });
});
