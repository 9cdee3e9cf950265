import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createSoapHandler } from '@mandate/issuer/soap';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOSTS } from '../hosts.js';
import { createWorld } from '../world.js';

// SOAP clients of other languages, from Debian: php-cli php-soap, libsoap-lite-perl, and libaxis-java with a JDK.

const execute = promisify(execFile);
const clients = fileURLToPath(new URL('soap-clients/', import.meta.url));
const isPresent = (command: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const JARS = ['axis', 'jaxrpc', 'saaj', 'wsdl4j', 'commons-discovery', 'commons-logging'].map(
  (name) => `/usr/share/java/${name}.jar`,
);
const INSTALLED: Readonly<Record<'php' | 'perl' | 'axis', boolean>> = {
  php: isPresent('php', '-r', 'new SoapVar(1, XSD_INT);'),
  perl: isPresent('perl', '-MSOAP::Lite', '-e', '1'),
  axis: JARS.every((jar) => existsSync(jar)) && isPresent('javac', '-version'),
};

/** With `CI=true` a missing client is a failure, not a reason to skip. */
const isMissing = (name: keyof typeof INSTALLED): boolean =>
  !INSTALLED[name] && process.env['CI'] !== 'true';

const missing = (['php', 'perl', 'axis'] as const).filter(isMissing);
if (missing.length > 0) {
  console.warn(`SKIPPED: no SOAP client of ${missing.join(', ')} here. See .ci/run.`);
}

interface Outcome {
  readonly answer?: Readonly<Record<string, string>>;
  readonly faultcode?: string;
  readonly detail?: { readonly AuthorizationFault: { readonly reason: string } };
}

async function run(command: string, ...args: readonly string[]): Promise<Outcome> {
  const { stdout } = await execute(command, args);
  return JSON.parse(stdout) as Outcome;
}

/** The service with its WSDL, on Express. */
async function serve(): Promise<string> {
  const world = await createWorld();
  let own = 'http://127.0.0.1/soap';
  const base = await HOSTS.express(
    () => (request, context) =>
      createSoapHandler({ service: world.service, url: own })(request, context),
  );
  own = `${base}/soap`;
  return own;
}

function expectToken({ answer }: Outcome): void {
  expect(answer).toMatchObject({
    expiration: '2026-01-01T01:00:00.000Z',
    groupId: '12345',
    service: 'presence',
  });
  expect(decodeJwt(answer?.['token'] ?? '')).toMatchObject({ sub: 'u-bob', groupid: '12345' });
}

const bob = { username: 'bob', password: 'hunter2', duration: '60' };
const wrong = { username: 'bob', password: '<&>é' };
let address: string;
beforeEach(async () => {
  address = await serve();
});

describe.skipIf(isMissing('php'))('SoapClient of PHP', () => {
  const call = (fields: object, ...options: readonly string[]) =>
    run('php', `${clients}client.php`, `${address}?wsdl`, JSON.stringify(fields), ...options);

  test('gets a token, also with a compressed request', async () => {
    expectToken(await call(bob));
    expectToken(await call(bob, 'gzip'));
  });

  test('receives the reason of a fault', async () => {
    expect(await call(wrong)).toMatchObject({
      faultcode: 'soap:Client',
      detail: { AuthorizationFault: { reason: 'invalid_credentials' } },
    });
  });
});

describe.skipIf(isMissing('perl'))('SOAP::Lite of Perl', () => {
  const call = (fields: object) =>
    run('perl', `${clients}client.pl`, address, JSON.stringify(fields));

  test('gets a token', async () => expectToken(await call(bob)));

  test('receives the reason of a fault', async () => {
    expect(await call(wrong)).toMatchObject({
      faultcode: 'soap:Client',
      detail: { AuthorizationFault: { reason: 'invalid_credentials' } },
    });
  });
});

describe.skipIf(isMissing('axis'))('stubs of Axis 1.4 for Java', () => {
  let folder: string;
  let classpath: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'axis-'));
    classpath = [...JARS, folder].join(':');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('compile, get a token, and throw the fault of the WSDL', async () => {
    const toStubs = ['-cp', classpath, 'org.apache.axis.wsdl.WSDL2Java', '-o', folder];
    await execute('java', [...toStubs, `${address}?wsdl`]);
    const stubs = join(folder, '_1/authorization/mandate');
    const sources = [
      `${clients}Client.java`,
      '-sourcepath',
      folder,
      `${stubs}/AuthorizationFault.java`,
    ];
    await execute('javac', ['-nowarn', '-cp', classpath, '-d', folder, ...sources]);
    const call = (password: string) =>
      run('java', '-cp', classpath, 'Client', address, 'bob', password, 'presence', '12345');
    expectToken(await call('hunter2'));
    expect(await call('<&>é')).toEqual({
      faultcode: 'Client',
      detail: { AuthorizationFault: { reason: 'invalid_credentials' } },
    });
  });
});
