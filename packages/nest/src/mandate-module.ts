import { checkOptions } from '@mandate/internal/check-options';
import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { MANDATE } from './applied-rule.js';
import { AuthGuard } from './auth-guard.js';
import { checkHandlers } from './check-handlers.js';
import { compileOptions, type MandateOptions, type MandateSettings } from './module-options.js';
import type { PlatformRequest } from './platform-request.js';

/** How `MandateModule.forRootAsync` gets its options. */
export interface MandateAsyncOptions<HttpRequest = PlatformRequest> {
  /** Returns the options, or a promise of them. */
  readonly useFactory: (
    // biome-ignore lint/suspicious/noExplicitAny: Nest does not know the types of what it injects either
    ...injected: any[]
  ) => MandateOptions<HttpRequest> | Promise<MandateOptions<HttpRequest>>;
  /** The providers that `useFactory` receives. */
  readonly inject?: FactoryProvider['inject'];
  /** The modules that export them. */
  readonly imports?: ModuleMetadata['imports'];
}

/**
 * Guards every controller of an application. Import it once, into the root module.
 *
 * When the application starts, it throws a `TypeError` that lists every method without a rule.
 *
 * @example
 * @Controller('health')
 * class Health {
 *   @Get() @Public() show() {}
 * }
 *
 * @Module({ imports: [MandateModule.forRoot({ guard })], controllers: [Health] })
 * class AppModule {}
 */
export class MandateModule {
  /**
   * Nest calls it when it knows every module, and before any gateway listens.
   * @throws TypeError if a handler has no rule, or Mandate cannot guard this application.
   */
  constructor(settings: MandateSettings, modules: ModulesContainer, host: HttpAdapterHost) {
    const own = [...modules.values()].filter(({ metatype }) => metatype === MandateModule);
    if (own.length > 1) throw new TypeError('MandateModule must be imported once, with forRoot');
    checkPlatform(host);
    checkHandlers(modules, settings.guard);
  }

  /**
   * @throws TypeError if the guard is invalid, or an option is unknown or invalid.
   *
   * @example
   * @Module({ imports: [MandateModule.forRoot({ guard })], controllers: [] })
   * class AppModule {}
   */
  static forRoot<HttpRequest = PlatformRequest>(
    options: MandateOptions<HttpRequest>,
  ): DynamicModule {
    const useValue = compileOptions(options);
    return createModule({ provide: MANDATE, useValue }, []);
  }

  /**
   * As `forRoot`, with options that providers supply, such as a `ConfigService`. Invalid options stop the start.
   * @throws TypeError if `useFactory` is missing, or an option is unknown.
   *
   * @example
   * @Module({
   *   imports: [
   *     MandateModule.forRootAsync({
   *       inject: ['GUARD'],
   *       useFactory: (guard: Guard) => ({ guard }),
   *     }),
   *   ],
   * })
   * class AppModule {}
   */
  static forRootAsync<HttpRequest = PlatformRequest>(
    options: MandateAsyncOptions<HttpRequest>,
  ): DynamicModule {
    checkOptions<MandateAsyncOptions<HttpRequest>>('MandateModule.forRootAsync', options, {
      useFactory: true,
      inject: true,
      imports: true,
    });
    const { useFactory, inject = [], imports = [] } = options;
    if (typeof useFactory !== 'function') {
      throw new TypeError('MandateModule.forRootAsync: useFactory must be a function');
    }
    const create = async (...injected: unknown[]) => compileOptions(await useFactory(...injected));
    return createModule({ provide: MANDATE, useFactory: create, inject }, imports);
  }
}

// What the decorators of a class would do.
Module({})(MandateModule);
Inject(MANDATE)(MandateModule, undefined, 0);
Inject(ModulesContainer)(MandateModule, undefined, 1);
Inject(HttpAdapterHost)(MandateModule, undefined, 2);

function createModule(
  settings: Provider,
  imports: NonNullable<ModuleMetadata['imports']>,
): DynamicModule {
  const guard: Provider = {
    provide: APP_GUARD,
    useFactory: (own: MandateSettings, host: HttpAdapterHost) => new AuthGuard(own, host),
    inject: [MANDATE, HttpAdapterHost],
  };
  return {
    module: MandateModule,
    global: true,
    imports,
    providers: [settings, guard],
    exports: [MANDATE],
  };
}

/** @throws TypeError unless the platform is Express or Fastify. Without one, nothing serves HTTP. */
function checkPlatform({ httpAdapter }: HttpAdapterHost): void {
  const type = (httpAdapter as typeof httpAdapter | undefined)?.getType();
  if (type === undefined || type === 'express' || type === 'fastify') return;
  throw new TypeError(
    `MandateModule runs on @nestjs/platform-express and @nestjs/platform-fastify, not on "${type}"`,
  );
}
