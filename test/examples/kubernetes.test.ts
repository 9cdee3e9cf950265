import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type Cluster,
  createClusterIssuer,
  findCluster,
} from '../../examples/kubernetes/src/cluster.js';
import { createClusterFetch } from '../../examples/kubernetes/src/cluster-fetch.js';
import {
  type LocalCluster,
  startLocalCluster,
} from '../../examples/kubernetes/src/local-cluster.js';
import { createApp } from '../../examples/kubernetes/src/main.js';
import { listen } from '../support/listen.js';
import { LOCALHOST } from '../support/localhost-certificate.js';
import { findFreePort } from './find-free-port.js';
import { runExample } from './run-example.js';
import { runPrintedCommands } from './run-printed-commands.js';

const CALLERS = { audience: 'orders', serviceAccounts: ['shop/web'] };
const WEB = { namespace: 'shop', name: 'web', audience: 'orders' };

async function startCluster(): Promise<LocalCluster> {
  const cluster = await startLocalCluster();
  onTestFinished(() => cluster.close());
  return cluster;
}

async function serve(cluster: Cluster, now = Date.now) {
  const origin = await listen(createApp(await createClusterIssuer(cluster, CALLERS, now)));
  return {
    origin,
    send: async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${origin}/orders/7`, { headers });
      return { status: response.status, body: await response.json() };
    },
  };
}

describe('examples/kubernetes', () => {
  test('serves the service accounts that are accepted', async () => {
    const cluster = await startCluster();
    const { send } = await serve(cluster);
    const own = await send(await cluster.issue(WEB));
    expect(own).toEqual({ status: 200, body: { for: 'system:serviceaccount:shop:web', id: '7' } });
    expect((await send(await cluster.issue({ ...WEB, name: 'cart' }))).status).toBe(401);
    expect((await send(await cluster.issue({ ...WEB, namespace: 'dev' }))).status).toBe(401);
    expect((await send(await cluster.issue({ ...WEB, audience: 'billing' }))).status).toBe(401);
  });

  test('reads the token of the pod again after the kubelet has replaced it', async () => {
    const cluster = await startCluster();
    let nowMs = Date.now();
    const { send } = await serve(cluster, () => nowMs);
    expect((await send(await cluster.issue(WEB))).status).toBe(200);
    await cluster.rotate();
    nowMs += 60_000;
    // A new key: without the new token, the API server would not show it.
    expect((await send(await cluster.issue(WEB))).status).toBe(200);
  });

  test('is ready once it has the keys, and not without the token of the pod', async () => {
    const cluster = await startCluster();
    const { origin } = await serve(cluster);
    await expect.poll(async () => (await fetch(`${origin}/ready`)).status).toBe(200);

    const issuer = await createClusterIssuer(cluster, CALLERS);
    await rm(join(cluster.directory, 'token'));
    const other = await listen(createApp(issuer));
    const headers = { authorization: `Bearer ${await cluster.issue(WEB)}` };
    const response = await fetch(`${other}/orders/7`, { headers });
    expect(await response.json()).toMatchObject({ code: 'verifier_unavailable' });
    expect((await fetch(`${other}/ready`)).status).toBe(503);
  });

  test('trusts no other certificate authority', async () => {
    const cluster = await startCluster();
    await writeFile(join(cluster.directory, 'ca.crt'), LOCALHOST.cert);
    await expect(createClusterIssuer(cluster, CALLERS)).rejects.toThrow('certificate');
  });

  test('does not take an answer without the token for an issuer', async () => {
    const cluster = await startCluster();
    await writeFile(join(cluster.directory, 'token'), 'another token');
    await expect(createClusterIssuer(cluster, CALLERS)).rejects.toThrow('answered the request');
  });

  test('sends the token of the pod to the API server only', async () => {
    const cluster = await startCluster();
    const init = { headers: {}, redirect: 'manual', signal: AbortSignal.timeout(60_000) } as const;
    const other = createClusterFetch(cluster)('https://127.0.0.1:1/openid/v1/jwks', init);
    await expect(other).rejects.toThrow('the token of the pod is for the API server only');
  });

  test.each([
    [{}, undefined],
    [{ KUBERNETES_SERVICE_HOST: '' }, undefined],
    [{ KUBERNETES_SERVICE_HOST: '10.96.0.1' }, 'https://10.96.0.1:443'],
    [
      { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT_HTTPS: '6443' },
      'https://[fd00::1]:6443',
    ],
  ])('finds the API server by the variables of the pod: %o', (env, apiServer) => {
    expect(findCluster(env)?.apiServer).toBe(apiServer);
  });
});

describe('examples/kubernetes, run from a shell', () => {
  test('starts with a stand-in for the API server, and prints requests', async () => {
    const port = await findFreePort();
    const env = { PORT: String(port), KUBERNETES_SERVICE_HOST: '' };
    const example = runExample('kubernetes', [], env);
    const statuses = await runPrintedCommands(example, `http://127.0.0.1:${port}/ready`);
    expect(statuses, example.output()).toEqual(['200', '401']);
    example.process.kill('SIGTERM');
    expect(await example.exit).toBe(0);
    const directory = /cat (\S+)\/token-of-web/.exec(example.output())?.[1] ?? '';
    await expect(rm(directory, { recursive: true })).rejects.toThrow('ENOENT');
  });

  const POD = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT_HTTPS: '1' };
  test.each([
    [POD, /^AUDIENCE and SERVICE_ACCOUNTS .* are required in a pod\n$/],
    [
      { ...POD, AUDIENCE: 'orders', SERVICE_ACCOUNTS: 'shop/web' },
      /^ENOENT: .*'\/var\/run\/secrets\/kubernetes.io\/serviceaccount\/[\w.]+'\n$/,
    ],
  ])('ends with one line about %o', async (env, line) => {
    const example = runExample('kubernetes', [], env);
    expect(await example.exit).toBe(1);
    expect(example.output()).toMatch(line);
  });
});
