import { createKeySet } from '@mandate/core/jwt';
import { MandateModule, RequireScopes } from '@mandate/nest';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { createBenchGuard, ROUTE } from '../support/policy.mjs';

/** Serves one route of a controller, which the decorators of Nest get by calls. */
async function serve(imports, providers, rules) {
  class Documents {
    show(id) {
      return { id, title: 'A document' };
    }
  }
  const show = Object.getOwnPropertyDescriptor(Documents.prototype, 'show');
  for (const decorate of [Get(ROUTE), ...rules]) decorate(Documents.prototype, 'show', show);
  Param('id')(Documents.prototype, 'show', 0);
  Controller()(Documents);
  class AppModule {}
  Module({ imports, providers, controllers: [Documents] })(AppModule);
  return NestFactory.create(AppModule, { logger: false });
}

export const variants = {
  mandate: ({ jwksUri }) => {
    const guard = createBenchGuard(createKeySet({ url: jwksUri }));
    return serve([MandateModule.forRoot({ guard })], [], [RequireScopes('DOCUMENTS')]);
  },
};

/** A guard that does nothing. */
export const idle = () =>
  serve([], [{ provide: APP_GUARD, useValue: { canActivate: () => true } }], []);

export async function listen(created) {
  const app = await created;
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer();
}
