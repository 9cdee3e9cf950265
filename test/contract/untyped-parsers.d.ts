/** What these tests use of body parsers that come without types. */
declare module '@koa/multer' {
  import type { Middleware } from 'koa';

  function multer(): { any(): Middleware };
  export = multer;
}

declare module 'body-parser-1' {
  import type { RequestHandler } from 'express';

  const parsers: {
    json(): RequestHandler;
    urlencoded(options: { readonly extended: boolean }): RequestHandler;
  };
  export = parsers;
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

  function bodyParser(): Middleware;
  export = bodyParser;
}

declare module 'multer' {
  import type { RequestHandler } from 'express';

  function multer(): { any(): RequestHandler };
  export = multer;
}
