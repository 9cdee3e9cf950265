// Mandate in a Nest server: one module, decorators on controllers, and no start with a forgotten one.
// npm start in its directory starts it with an issuer of its own. For another one, set ISSUER, AUDIENCE and JWKS_URI.
import { fileURLToPath } from 'node:url';
import { createGuard, type Principal } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { findIssuer } from '@mandate/example-local-issuer';
import { Auth, MandateModule, Public, RequireGroup, RequireScopes } from '@mandate/nest';
import {
  Controller,
  Get,
  HttpCode,
  type INestApplication,
  Module,
  Param,
  Post,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

@Controller()
class ApiController {
  @Get('health')
  @Public()
  health() {
    return { status: 'up' };
  }

  @Post('search')
  @HttpCode(200)
  @RequireScopes('SEARCH')
  search(@Auth() principal: Principal) {
    return { for: principal.subject, results: [] };
  }

  @Get('groups/:groupid/visitors')
  @RequireScopes('PRESENCE')
  @RequireGroup({ path: 'groupid' })
  visitors(@Auth() principal: Principal, @Param('groupid') group: string) {
    return { for: principal.subject, group, visitors: [] };
  }
}

export async function createApp(issuer: JwtIssuer): Promise<INestApplication> {
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuer)],
    scopes: ['SEARCH', 'PRESENCE'],
  });

  @Module({ imports: [MandateModule.forRoot({ guard })], controllers: [ApiController] })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  // Throws if a method has no rule.
  return app.init();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000' } = process.env;
  const issuer = await findIssuer('scope=SEARCH', `-X POST http://127.0.0.1:${PORT}/search`);
  const app = await createApp(issuer);
  await app.listen(Number(PORT), '127.0.0.1');
}
