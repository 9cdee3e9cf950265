import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** A listener of `node:http`: an Express app, or `app.callback()` of Koa. */
export type NodeListener = (req: IncomingMessage, res: ServerResponse) => unknown;

/** A handler of web-standard requests: a Hono app, or `{ fetch: handler }`. */
export interface FetchApp {
  fetch(request: Request): Response | Promise<Response>;
}

/** A Koa app. */
export interface CallbackApp {
  callback(): NodeListener;
}

/** What an app that is called without a socket gets. */
export interface InjectedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload?: string;
}

/** An app that is called without a socket, as Fastify is. */
export interface InjectApp {
  inject(request: InjectedRequest): PromiseLike<{
    readonly statusCode: number;
    readonly headers: object;
    readonly payload: string;
  }>;
}

/** An application under test, or the URL of one that runs elsewhere. */
export type TestApp = string | URL | NodeListener | FetchApp | CallbackApp | InjectApp | Server;

/** A request to an application under test. */
export interface AppRequest {
  readonly method: string;
  /** With the query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** An application that can be sent requests. */
export interface OpenApp {
  send(this: void, request: AppRequest): Promise<Response>;
  /** Ends what was started to send requests. */
  close(this: void): Promise<void>;
}
