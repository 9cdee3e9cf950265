import type { CompiledRule, Denial, Principal, Routing } from '@mandate/core';
import { type AdapterSettings, findGuardedRequest, GuardedRequest } from '@mandate/core/adapter';
import { getHeader, getParsedBody, hasBody } from '@mandate/core/node';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface FastifySettings extends AdapterSettings<FastifyRequest> {
  /** The property of the request that gets the principal. */
  readonly property: string;
  readonly routing: Routing;
  /** Whether the router takes a semicolon for the start of the query. */
  readonly useSemicolonDelimiter: boolean;
  /** The most characters of a parameter, decoded. */
  readonly maxParamLength: number;
  /** Whether an entry of the map takes the group from the body. */
  readonly hasBodyGroups: boolean;
}

/** Whether the request passes; otherwise it was answered. */
export type Passed = MaybePromise<boolean>;

/** A Fastify request as the guard sees it. */
export class FastifyAuthRequest extends GuardedRequest<FastifyRequest, Passed> {
  readonly method = this.context.method;
  /** After `rewriteUrl`, because the router matches that. */
  readonly path: string;
  /** Emptied if the router cannot match the path as the map does, so that the guard rejects it. */
  target: string;
  /** What is left to decide when the body is parsed: by the map, or by the rule of the route. */
  pending: 'map' | CompiledRule | undefined = undefined;
  /** The same request as a guard around this one sees it. */
  readonly outer = findGuardedRequest(this.context) as FastifyAuthRequest | undefined;
  readonly #reply: FastifyReply;
  readonly #settings: FastifySettings;
  readonly #queryStart: number;
  #allowsEncodedSlash: boolean;

  constructor(request: FastifyRequest, reply: FastifyReply, settings: FastifySettings) {
    super(request, settings);
    // Not the getters of Fastify's request, which add a property to it.
    const { url = '', originalUrl = url } = request.raw as RoutedMessage;
    this.#reply = reply;
    this.#settings = settings;
    this.#queryStart = findQuery(url, settings);
    this.#allowsEncodedSlash = settings.allowEncodedSlash;
    this.path = url.slice(0, this.#queryStart);
    this.target = originalUrl === url ? this.path : cutQuery(originalUrl, settings);
  }

  override get allowEncodedSlash(): boolean {
    return this.#allowsEncodedSlash;
  }

  /** Set by the rule in the `config` of a route, and by an entry of the map whose body is parsed first. */
  override set allowEncodedSlash(value: boolean) {
    this.#allowsEncodedSlash = value;
  }

  attach(principal: Principal): void {
    (this.context as unknown as Record<string, unknown>)[this.#settings.property] = principal;
  }

  reject({ status, headers, body }: Denial): boolean {
    // Bytes, because Fastify adds a charset to the type of a text.
    this.#reply.code(status).headers(headers).send(Buffer.from(body));
    return false;
  }

  protected override getExposedHeaders(): string | undefined {
    return this.#reply.getHeader('access-control-expose-headers')?.toString();
  }

  /** The router compares exactly as `routing` says. */
  isLastSlashAmbiguous(): boolean {
    return false;
  }

  protected getAddress(): string | undefined {
    return this.context.ip;
  }

  header(name: string): string | undefined {
    return getHeader(this.context.raw, name);
  }

  query(name: string): unknown {
    return getOwn(this.context.query, name);
  }

  rawQuery(): string {
    return this.context.url.slice(this.#queryStart + 1);
  }

  param(name: string): unknown {
    return getOwn(this.context.params, name);
  }

  /** Whether a parameter of the matched route is empty, which a parameter of the map never is. */
  hasEmptyParameter(): boolean {
    const params = Object.entries(this.context.params ?? {});
    return params.some(([name, value]) => value === '' && name !== '*');
  }

  /** Fastify parses it after `onRequest`. */
  body(): unknown {
    return getParsedBody(this.context.raw, this.context);
  }

  /** The text of the body. Set by fastify-raw-body. */
  rawBody(): unknown {
    return (this.context as { readonly rawBody?: unknown }).rawBody;
  }

  hasBody(): boolean {
    return hasBody(this.context.raw);
  }
}

/** Fastify keeps the target before `rewriteUrl`. */
type RoutedMessage = FastifyRequest['raw'] & { readonly originalUrl?: string };

function getOwn(values: unknown, name: string): unknown {
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, name))
    return undefined;
  return (values as Readonly<Record<string, unknown>>)[name];
}

function cutQuery(url: string, settings: FastifySettings): string {
  return url.slice(0, findQuery(url, settings));
}

/** The position of the character that starts the query, or the length. */
function findQuery(url: string, { useSemicolonDelimiter }: FastifySettings): number {
  const mark = url.indexOf('?');
  const end = mark === -1 ? url.length : mark;
  if (!useSemicolonDelimiter) return end;
  const semicolon = url.indexOf(';');
  return semicolon === -1 || semicolon > end ? end : semicolon;
}
