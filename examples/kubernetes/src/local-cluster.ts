import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Cluster } from './cluster.js';
import { AUTHORITY, CERTIFICATE } from './local-authority.js';
import {
  ISSUER,
  type SigningKey,
  signServiceAccountToken,
  type TokenRequest,
} from './service-account-token.js';

/** Stands for the API server and the kubelet, for trying things out on loopback. */
export interface LocalCluster extends Cluster {
  /** Issues a token, as `kubectl create token` does. */
  issue(request: TokenRequest): Promise<string>;
  /** Signs with a new key, and replaces the token of the pod. The API server accepts no earlier one. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

export async function startLocalCluster(): Promise<LocalCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-kubernetes-'));
  await writeFile(join(directory, 'ca.crt'), AUTHORITY);
  const cluster = new RunningCluster(directory);
  await cluster.rotate();
  await cluster.listen();
  return cluster;
}

class RunningCluster implements LocalCluster {
  apiServer = '';
  readonly directory: string;
  readonly #server: Server;
  readonly #published: JWK[] = [];
  #key: SigningKey | undefined;
  #podToken = '';

  constructor(directory: string) {
    this.directory = directory;
    this.#server = createServer(CERTIFICATE, (message, response) => this.#serve(message, response));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.apiServer = `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async issue(request: TokenRequest): Promise<string> {
    return signServiceAccountToken(this.#key as SigningKey, request);
  }

  async rotate(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const kid = crypto.randomUUID();
    this.#published.push({ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' });
    this.#key = { kid, privateKey };
    this.#podToken = await this.issue({ namespace: 'shop', name: 'orders', audience: ISSUER });
    // A reader sees the earlier file or the later one, and no half of one.
    const path = join(this.directory, 'token');
    await writeFile(`${path}.new`, `${this.#podToken}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.directory, { recursive: true });
  }

  #serve(message: IncomingMessage, response: ServerResponse): void {
    const isKnown = message.headers.authorization === `Bearer ${this.#podToken}`;
    const document = isKnown ? this.#documents()[message.url ?? ''] : undefined;
    const status = isKnown ? 404 : 401;
    response.writeHead(document === undefined ? status : 200, {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify(document ?? { kind: 'Status', status: 'Failure', code: status }));
  }

  #documents(): Readonly<Record<string, object>> {
    const keySet = '/openid/v1/jwks';
    return {
      '/.well-known/openid-configuration': {
        issuer: ISSUER,
        jwks_uri: `${this.apiServer}${keySet}`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      [keySet]: { keys: this.#published },
    };
  }
}
