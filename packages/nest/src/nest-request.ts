import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Denial, Principal } from '@mandate/core';
import { GuardedRequest, toPath, toQuery } from '@mandate/core/adapter';
import { getHeader, getParsedBody, hasBody } from '@mandate/core/node';
import type { DenialException } from './denial-exception.js';
import type { MandateSettings } from './module-options.js';
import type { PlatformRequest } from './platform-request.js';

/** Whether the request passes. A request that was answered waits for ever, so that Nest does nothing more with it. */
export type Passed = boolean | Promise<boolean>;

/** A request of Nest as the guard sees it, behind the router and the parsers. */
export abstract class NestRequest extends GuardedRequest<PlatformRequest, Passed> {
  readonly method = this.context.method;
  readonly path: string;
  readonly target: string;
  readonly #message: IncomingMessage;

  constructor(request: PlatformRequest, settings: MandateSettings, message: RoutedMessage) {
    super(request, settings);
    const { baseUrl = '', url = '', originalUrl = url } = message;
    this.#message = message;
    this.path = baseUrl + toPath(url);
    this.target = toPath(originalUrl);
  }

  attach(principal: Principal): void {
    (this.context as { auth?: Principal }).auth = principal;
  }

  reject(denial: Denial): Passed {
    this.answer(denial);
    return new Promise(() => {});
  }

  /** Sends the denial. */
  protected abstract answer(denial: Denial): void;

  /** Sets the headers of a denial that exception filters answer. */
  abstract prepare(exception: DenialException): void;

  protected getAddress(): string | undefined {
    return this.context.ip;
  }

  header(name: string): string | undefined {
    return getHeader(this.#message, name);
  }

  query(name: string): unknown {
    return getOwn(this.context.query, name);
  }

  rawQuery(): string {
    return toQuery(this.#message.url ?? '');
  }

  param(name: string): unknown {
    return getOwn(this.context.params, name);
  }

  body(): unknown {
    return getParsedBody(this.#message, this.context);
  }

  /** The text of the body, with the option `rawBody` of `NestFactory.create`. */
  rawBody(): unknown {
    return (this.context as { readonly rawBody?: unknown }).rawBody;
  }

  hasBody(): boolean {
    return hasBody(this.#message);
  }
}

/** Express has the first, and both platforms the second if something changed the target. */
type RoutedMessage = IncomingMessage & {
  readonly baseUrl?: string | undefined;
  readonly originalUrl?: string | undefined;
};

function getOwn(values: unknown, name: string): unknown {
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, name)) {
    return undefined;
  }
  return (values as Readonly<Record<string, unknown>>)[name];
}

/** A request of `@nestjs/platform-express`. */
export class ExpressNestRequest extends NestRequest {
  readonly #response: ServerResponse;

  constructor(request: PlatformRequest, response: unknown, settings: MandateSettings) {
    super(request, settings, request as PlatformRequest & IncomingMessage);
    this.#response = response as ServerResponse;
  }

  protected answer({ status, headers, body }: Denial): void {
    this.#response.statusCode = status;
    for (const name in headers) this.#response.setHeader(name, headers[name] as string);
    this.#response.end(body);
  }

  prepare({ headers }: DenialException): void {
    for (const name in headers) this.#response.setHeader(name, headers[name] as string);
  }

  protected override getExposedHeaders(): string | undefined {
    return this.#response.getHeader(EXPOSED)?.toString();
  }
}

const EXPOSED = 'access-control-expose-headers';

/** What Fastify's reply has. */
interface Reply {
  code(status: number): Reply;
  headers(headers: Readonly<Record<string, string>>): Reply;
  getHeader(name: string): unknown;
  send(body: unknown): unknown;
}

interface RouterOptions {
  readonly useSemicolonDelimiter?: boolean;
}

/** What Fastify's request has beside {@link PlatformRequest}. */
interface FastifyParts {
  readonly raw: RoutedMessage;
  readonly server: {
    readonly initialConfig: RouterOptions & { readonly routerOptions?: RouterOptions };
  };
}

/** A request of `@nestjs/platform-fastify`. */
export class FastifyNestRequest extends NestRequest {
  readonly #reply: Reply;

  constructor(request: PlatformRequest, reply: unknown, settings: MandateSettings) {
    super(request, settings, (request as unknown as FastifyParts).raw);
    this.#reply = reply as Reply;
  }

  protected answer({ status, headers, body }: Denial): void {
    // Bytes, because Fastify adds a charset to the type of a text.
    this.#reply.code(status).headers(headers).send(Buffer.from(body));
  }

  prepare({ headers }: DenialException): void {
    this.#reply.headers(headers);
  }

  /** Fastify takes a semicolon for the start of the query, too, if an option of its router says so. */
  override rawQuery(): string {
    const { server, raw } = this.context as unknown as FastifyParts;
    const { useSemicolonDelimiter, routerOptions } = server.initialConfig;
    if (!useSemicolonDelimiter && !routerOptions?.useSemicolonDelimiter) return super.rawQuery();
    const { url = '' } = raw;
    const start = url.search(/[?;]/);
    return start === -1 ? '' : url.slice(start + 1);
  }

  protected override getExposedHeaders(): string | undefined {
    return (this.#reply.getHeader(EXPOSED) as string | undefined)?.toString();
  }
}
