import { Readable } from 'node:stream';
import type { FetchHandler } from '@mandate/core';
import { checkFetchHandler, findGuardedRequest, isFetchMethod } from '@mandate/core/adapter';
import { getHost } from '@mandate/core/node';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Mounts a handler of web-standard requests, as a plugin with routes for every method and path below its prefix. The
 * handler sees the path below the prefix. Inside, Fastify parses no body, because the handler reads it.
 * @throws TypeError if the handler is not a function.
 *
 * @example
 * const handler: FetchHandler = async (request) => Response.json({ url: request.url });
 * app.register(mountFetch(handler), { prefix: '/admin' });
 */
export function mountFetch(handler: FetchHandler): FastifyPluginCallback {
  checkFetchHandler(handler);
  return (instance, _options, done) => {
    const depth = instance.prefix.split('/').filter(Boolean).length;
    const fetchHandler = (request: FastifyRequest, reply: FastifyReply) =>
      answer(handler, { request, reply, depth });
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    const route = { method: [...instance.supportedMethods], handler: fetchHandler };
    instance.route({ ...route, url: '/' });
    instance.route({ ...route, url: '/*' });
    done();
  };
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The number of segments of the prefix. */
  readonly depth: number;
}

async function answer(handler: FetchHandler, exchange: Exchange): Promise<unknown> {
  const { request, reply, depth } = exchange;
  if (!isFetchMethod(request.method)) return reply.code(501).send();
  const host = getHost(request.raw);
  // Reject targets that are not paths: `http://other.example/x` names another host, and `*` names no path.
  if (host === undefined || !request.url.startsWith('/')) return reply.code(400).send();
  const mountPath = new RegExp(`^(?:/[^/?]*){${depth}}`).exec(request.url)?.[0] ?? '';
  const rest = request.url.slice(mountPath.length);
  const principal = findGuardedRequest(request)?.principal;
  const context = { principal, remoteAddress: request.ip, mountPath };
  const url = `http${request.protocol === 'https' ? 's' : ''}://${host}${rest.startsWith('/') ? rest : `/${rest}`}`;
  return reply.send(await handler(createRequest(url, exchange), context));
}

function createRequest(url: string, { request: { raw, method }, reply }: Exchange): Request {
  const headers = new Headers();
  const { rawHeaders } = raw;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    // The pseudo-headers of HTTP/2 are not headers.
    if (!name.startsWith(':')) headers.append(name, rawHeaders[i + 1] as string);
  }
  const aborter = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) aborter.abort();
  });
  const init = { method, headers, signal: aborter.signal };
  if (method === 'GET' || method === 'HEAD') return new Request(url, init);
  return new Request(url, { ...init, body: Readable.toWeb(raw), duplex: 'half' } as RequestInit);
}
