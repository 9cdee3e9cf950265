import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createKeySet, type JsonWebKeySet } from '@mandate/core/jwt';
import { checkOptions } from '@mandate/internal/check-options';
import { checkNotProduction } from '../check-not-production.js';
import {
  ISSUER_OPTIONS,
  LocalIssuer,
  type TestIssuer,
  type TestIssuerOptions,
} from './test-issuer.js';

/** A test issuer whose keys are fetched over HTTP. */
export interface StartedTestIssuer extends TestIssuer {
  /** Where its key set is: `http://127.0.0.1:49152/.well-known/jwks.json`. */
  readonly jwksUri: string;
  /** Ends the key server. Closing it before a request is how to test an outage. */
  close(): Promise<void>;
}

/**
 * Starts an issuer with real keys and a key server on 127.0.0.1, for applications that are configured with a URL:
 * its key set, its metadata (OpenID Connect Discovery 1.0, RFC 8414) and nothing else.
 *
 * @param options `issuer` is the URL of the server by default, so that its keys are found by discovery.
 * @returns the issuer; close it at the end of the tests. The server alone keeps no process running.
 * @throws TypeError if `NODE_ENV` is `production`, or an option is unknown or invalid.
 *
 * @example
 * const issuer = await startTestIssuer();
 * process.env['ISSUER'] = issuer.issuer;
 * process.env['JWKS_URI'] = issuer.jwksUri;
 * const token = issuer.token({ scopes: ['DOCUMENTS'] });
 * await issuer.close();
 */
export async function startTestIssuer(options: TestIssuerOptions = {}): Promise<StartedTestIssuer> {
  checkNotProduction('startTestIssuer');
  checkOptions<TestIssuerOptions>('startTestIssuer', options, ISSUER_OPTIONS);
  const server = createServer();
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  try {
    return new ServedIssuer(server, options);
  } catch (error) {
    await closeServer(server);
    throw error;
  }
}

class ServedIssuer extends LocalIssuer implements StartedTestIssuer {
  readonly #server: Server;
  readonly #jwksUri: string;

  constructor(server: Server, options: TestIssuerOptions) {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const jwksUri = `${url}${KEYS_PATH}`;
    const { issuer = url } = options;
    super('startTestIssuer', { ...options, issuer }, () => createKeySet({ url: jwksUri }));
    this.#server = server;
    this.#jwksUri = jwksUri;
    server.on('request', (req, res) => {
      answer(res, findDocument(req.url, { issuer, jwksUri, jwks: this.jwks }));
    });
  }

  get jwksUri(): string {
    return this.#jwksUri;
  }

  close(): Promise<void> {
    return closeServer(this.#server);
  }
}

const KEYS_PATH = '/.well-known/jwks.json';
const METADATA_PATHS: readonly (string | undefined)[] = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];

interface Documents {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly jwks: JsonWebKeySet;
}

function findDocument(
  path: string | undefined,
  { issuer, jwksUri, jwks }: Documents,
): object | undefined {
  if (path === KEYS_PATH) return jwks;
  return METADATA_PATHS.includes(path) ? { issuer, jwks_uri: jwksUri } : undefined;
}

function answer(res: ServerResponse, document: object | undefined): void {
  res.statusCode = document === undefined ? 404 : 200;
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify(document ?? {}));
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
