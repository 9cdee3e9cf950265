import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../support/listen.js';
import { LOCALHOST } from '../../support/localhost-certificate.js';
import { startChild } from '../../tokens/processes/child.js';

test('over TLS a name is resolved, checked, connected to and compared with the certificate', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mandate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const trusted = join(folder, 'trusted.pem');
  writeFileSync(trusted, LOCALHOST.cert);
  let requests = 0;
  const server = createServer(LOCALHOST, (_, response) => {
    requests += 1;
    response.end('hello');
  });
  const { port } = new URL(await listen(server));
  // The certificate is trusted, but is one of the name and not of the address.
  const urls = [`https://localhost:${port}/`, `https://127.0.0.1:${port}/`];
  const program = '../../exports/processes/https-program.ts';
  const child = await startChild(program, urls, `export NODE_EXTRA_CA_CERTS=${trusted}`);
  expect(await child.exit).toBe(0);
  expect(child.lines).toEqual(['hello', 'address_refused', 'unreachable', 'address_refused']);
  expect(requests).toBe(1);
});
