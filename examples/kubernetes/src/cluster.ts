import { isIPv6 } from 'node:net';
import { createKeySet, type JwtIssuer } from '@mandate/core/jwt';
import { kubernetes } from '@mandate/core/providers';
import { createClusterFetch } from './cluster-fetch.js';

/** What a pod knows of its cluster. */
export interface Cluster {
  /** The origin of the API server. */
  readonly apiServer: string;
  /** Holds `ca.crt` and `token`. */
  readonly directory: string;
}

/** Whose tokens an API accepts. */
export interface AcceptedCallers {
  readonly audience: string;
  /** `namespace/name` */
  readonly serviceAccounts: readonly string[];
}

/**
 * Returns the cluster of this pod; `undefined` outside a cluster. The certificate of the API server need not have the name
 * `kubernetes.default.svc`, only the host of the variable:
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api
 */
export function findCluster(env: NodeJS.ProcessEnv): Cluster | undefined {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT_HTTPS: port = '443' } = env;
  if (host === '') return undefined;
  return {
    apiServer: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    directory: '/var/run/secrets/kubernetes.io/serviceaccount',
  };
}

/**
 * The issuer of a cluster, with keys that only its API server has:
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */
export async function createClusterIssuer(
  cluster: Cluster,
  callers: AcceptedCallers,
  now = Date.now,
): Promise<JwtIssuer> {
  const fetch = createClusterFetch(cluster);
  return kubernetes({
    ...callers,
    issuer: await readIssuer(cluster),
    keys: createKeySet({ url: `${cluster.apiServer}/openid/v1/jwks`, fetch, now }),
  });
}

/** Asks the API server what it writes into `iss`. It is trusted, because its certificate was checked. */
async function readIssuer(cluster: Cluster): Promise<string> {
  const response = await createClusterFetch(cluster)(
    `${cluster.apiServer}/.well-known/openid-configuration`,
    { headers: {}, redirect: 'manual', signal: AbortSignal.timeout(5000) },
  );
  if (response.status !== 200) {
    throw new Error(`the API server answered the request for its issuer with ${response.status}`);
  }
  return ((await response.json()) as { readonly issuer: string }).issuer;
}
