/** What the tests use of packages that come without types. */
declare module '@koa/multer' {
  import type { Middleware } from 'koa';

  function multer(): { any(): Middleware; none(): Middleware };
  export = multer;
}

declare module 'body-parser-1' {
  import type { RequestHandler } from 'express';

  const parsers: Readonly<
    Record<'json' | 'urlencoded' | 'text', (options?: object) => RequestHandler>
  >;
  export = parsers;
}

declare module 'cookie-parser' {
  import type { RequestHandler } from 'express';

  function cookieParser(secret?: string): RequestHandler;
  export = cookieParser;
}

declare module 'busboy' {
  function busboy(options: { readonly headers: object }): NodeJS.WritableStream;
  export = busboy;
}

declare module 'connect-history-api-fallback' {
  import type { RequestHandler } from 'express';

  function history(options: { readonly index: string }): RequestHandler;
  export = history;
}

declare module 'formidable' {
  import type { IncomingMessage } from 'node:http';

  function formidable(): {
    parse(
      message: IncomingMessage,
    ): Promise<
      readonly [fields: Readonly<Record<string, readonly string[] | undefined>>, files: unknown]
    >;
  };
  export = formidable;
}

declare module 'koa-bodyparser' {
  import type { Middleware } from 'koa';

  function bodyParser(options?: { readonly enableTypes: readonly string[] }): Middleware;
  export = bodyParser;
}

declare module 'koa-send' {
  import type { ParameterizedContext } from 'koa';

  function send(ctx: ParameterizedContext, path: string, options: object): Promise<string>;
  export = send;
}

declare module 'koa-static' {
  import type { Middleware } from 'koa';

  function serve(root: string, options?: object): Middleware;
  export = serve;
}

declare module 'method-override' {
  import type { RequestHandler } from 'express';

  function methodOverride(header: string): RequestHandler;
  export = methodOverride;
}

declare module 'multer' {
  import type { RequestHandler } from 'express';

  function multer(): { any(): RequestHandler; none(): RequestHandler };
  export = multer;
}

declare module 'serve-index' {
  import type { RequestHandler } from 'express';

  function serveIndex(root: string): RequestHandler;
  export = serveIndex;
}
