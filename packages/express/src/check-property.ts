import { IncomingMessage } from 'node:http';

/** Own properties of a request that Node, Express or a body parser sets. */
const TAKEN: ReadonlySet<string> = new Set([
  'app',
  'baseUrl',
  'body',
  'complete',
  'httpVersion',
  'httpVersionMajor',
  'httpVersionMinor',
  'method',
  'next',
  'originalUrl',
  'params',
  'query',
  'rawHeaders',
  'rawTrailers',
  'res',
  'route',
  'secret',
  'socket',
  'statusCode',
  'statusMessage',
  'url',
]);

/** Properties that Express defines on the prototype of its requests. */
const EXPRESS: ReadonlySet<string> = new Set([
  'accepts',
  'acceptsCharsets',
  'acceptsEncodings',
  'acceptsLanguages',
  'fresh',
  'get',
  'header',
  'host',
  'hostname',
  'ip',
  'ips',
  'is',
  'path',
  'protocol',
  'range',
  'secure',
  'stale',
  'subdomains',
  'xhr',
]);

/**
 * Checks the name of the property for the principal. A principal in place of `headers` or `url` would
 * change what later middleware reads.
 * @throws TypeError if the name is not an identifier, or if Node or Express uses it.
 */
export function checkProperty(name: unknown): void {
  if (typeof name !== 'string' || !/^[A-Za-z_$][\w$]*$/.test(name)) {
    throw new TypeError('requireAuth: property must be an identifier, such as "principal"');
  }
  if (name in IncomingMessage.prototype || TAKEN.has(name) || EXPRESS.has(name)) {
    throw new TypeError(`requireAuth: property "${name}" is already in use by Node or Express`);
  }
}
