// Mandate in a Kubernetes pod: other pods call with the tokens of their service accounts, and the keys come from the API server, which
// has a certificate authority of its own and answers only callers with a token.
// npm start in this folder starts it with a stand-in for the API server, and prints requests to paste. In a pod, SERVICE_ACCOUNTS
// names the callers (shop/web,shop/cart) and AUDIENCE this API; the pods of the callers mount a token for that audience.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { requireAuth } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import '@mandate/express/typed-auth';
import express, { type Express } from 'express';
import { type AcceptedCallers, type Cluster, createClusterIssuer, findCluster } from './cluster.js';
import { type LocalCluster, startLocalCluster } from './local-cluster.js';

export function createApp(issuer: JwtIssuer): Express {
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuer)],
    endpoints: {
      'GET /ready': 'public',
      'GET /orders/:id': { scopes: [] },
    },
  });
  void guard.warmUp();

  const app = express();
  app.use(requireAuth(guard));
  // The readiness probe: without keys, every request would be answered with 503.
  app.get('/ready', (_req, res) => {
    const isReady = guard.health().every(({ status }) => status !== 'unavailable');
    res.status(isReady ? 200 : 503).end();
  });
  app.get('/orders/:id', (req, res) => {
    res.json({ for: req.auth.subject, id: req.params.id });
  });
  checkRoutes(app);
  return app;
}

/** @throws TypeError if a variable is missing. */
export function readCallers(env: NodeJS.ProcessEnv): AcceptedCallers {
  const { AUDIENCE: audience = '', SERVICE_ACCOUNTS: accounts = '' } = env;
  if (audience === '' || accounts === '') {
    throw new TypeError('AUDIENCE and SERVICE_ACCOUNTS (namespace/name, …) are required in a pod');
  }
  return { audience, serviceAccounts: accounts.split(',').map((account) => account.trim()) };
}

/** Starts a cluster on loopback, with tokens as the kubelet mounts them for two callers. */
async function startLocal(port: string): Promise<Cluster & AcceptedCallers> {
  const cluster = await startLocalCluster();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cluster.close().finally(() => process.exit()));
  }
  // The kubelet does so when most of the lifetime has passed.
  setInterval(() => void cluster.rotate(), 60_000).unref();
  const url = `http://127.0.0.1:${port}/orders/7`;
  console.log('Paste into another terminal: the first caller is accepted, and the second is not.');
  for (const name of ['web', 'cart']) {
    const file = await mountToken(cluster, name);
    console.log(`  curl -iH "Authorization: Bearer $(cat ${file})" ${url}`);
  }
  const { apiServer, directory } = cluster;
  return { apiServer, directory, audience: 'orders', serviceAccounts: ['shop/web'] };
}

async function mountToken(cluster: LocalCluster, name: string): Promise<string> {
  const file = join(cluster.directory, `token-of-${name}`);
  const token = await cluster.issue({ namespace: 'shop', name, audience: 'orders' });
  await writeFile(file, token, { mode: 0o600 });
  return file;
}

async function start(): Promise<void> {
  const { PORT = '3000' } = process.env;
  const cluster = findCluster(process.env);
  const { apiServer, directory, ...callers } =
    cluster === undefined ? await startLocal(PORT) : { ...cluster, ...readCallers(process.env) };
  const app = createApp(await createClusterIssuer({ apiServer, directory }, callers));
  // Probes and other pods reach the address of the pod.
  app.listen(Number(PORT), cluster === undefined ? '127.0.0.1' : '0.0.0.0', (error) => {
    if (error) throw error;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await start().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
