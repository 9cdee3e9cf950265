import type { lookup as systemLookup } from 'node:dns';
import { Server } from 'proxy-chain';
import { onTestFinished } from 'vitest';

/** Resolves every name to this machine, as only the proxy does. */
const toThisMachine = ((
  _name: string,
  options: { all?: boolean },
  done: (...args: unknown[]) => void,
) =>
  setImmediate(() =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  )) as unknown as typeof systemLookup;

/** Starts an HTTP proxy that requires these credentials. It ends with the test. */
export async function startProxy(credentials: { username: string; password: string }) {
  const asked: string[] = [];
  const server = new Server({
    host: '127.0.0.1',
    port: 0,
    prepareRequestFunction({ hostname, port, username, password }) {
      const isKnown = username === credentials.username && password === credentials.password;
      if (isKnown) asked.push(`${hostname}:${port}`);
      return { requestAuthentication: !isKnown, dnsLookup: toThisMachine };
    },
  });
  await server.listen();
  onTestFinished(() => server.close(true));
  return { asked, option: { url: `http://127.0.0.1:${server.port}`, ...credentials } };
}
