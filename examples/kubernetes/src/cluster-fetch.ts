import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { Readable } from 'node:stream';
import type { FetchLike } from '@mandate/core/jwt';
import type { Cluster } from './cluster.js';

/**
 * Creates a `fetch` for the API server of a cluster: it trusts only the certificate authority of the cluster, and sends the token
 * of the pod. Both files are read for every request, because the kubelet replaces them while the pod runs.
 */
export function createClusterFetch({ apiServer, directory }: Cluster): FetchLike {
  return async (url, { headers, signal }) => {
    if (new URL(url).origin !== new URL(apiServer).origin) {
      throw new Error('the token of the pod is for the API server only');
    }
    const [ca, token] = await Promise.all([
      readFile(`${directory}/ca.crt`, 'utf8'),
      readFile(`${directory}/token`, 'utf8'),
    ]);
    const authorization = `Bearer ${token.trim()}`;
    return new Promise((resolve, reject) => {
      request(url, { ca, signal, headers: { ...headers, authorization } })
        .on('response', (message) => resolve(toResponse(message)))
        .on('error', reject)
        .end();
    });
  };
}

function toResponse(message: IncomingMessage): Response {
  const status = message.statusCode ?? 500;
  // The body is streamed, so the limits of the key set hold.
  return new Response(Readable.toWeb(message) as ReadableStream, { status });
}
