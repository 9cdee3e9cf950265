import { createConnections, createExports, createMemoryExportStore } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { toEgressRules } from '../../packages/exports/src/fetch/egress-rules.js';
import { findUrlProblem } from '../../packages/exports/src/fetch/guarded-url.js';
import type { PrivateHost } from '../../packages/exports/src/fetch/private-hosts.js';

const allow = (...allowedPrivateHosts: readonly PrivateHost[]) =>
  toEgressRules('test', { allowedPrivateHosts });

const CREDENTIAL_SERVICES = [
  ...['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', '192.0.0.192'],
  ...['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', 'fd00:42::42'],
];
const LOOPBACK = ['127.0.0.1', '127.9.9.9', '::1'];

describe('a listed block', () => {
  test.each([
    ['10.1.2.0/24', '10.1.2.0', '10.1.2.255'],
    ['10.1.2.3/32', '10.1.2.3', '10.1.2.3'],
    ['172.16.0.0/12', '172.16.0.1', '172.31.255.255'],
    ['100.64.0.0/10', '100.64.0.0', '100.127.255.255'],
    ['fd12:3456::/32', 'fd12:3456::', 'fd12:3456:ffff::1'],
    ['fc00::/7', 'fc00::1', 'fdff:ffff::1'],
  ])('%s allows its addresses by each name, and by number', (block, first, last) => {
    const egress = allow(block);
    for (const address of [first, last]) {
      expect(egress.allows('crm.example.com', address)).toBe(true);
      expect(egress.allows(address, address)).toBe(true);
      const host = address.includes(':') ? `[${address}]` : address;
      expect(findUrlProblem(`https://${host}/`, egress)).toBeUndefined();
    }
  });

  test.each([
    [
      '10.1.2.0/24',
      ['10.1.3.0', '10.1.1.255', '::ffff:10.1.2.3', '64:ff9b::a01:203', '172.16.0.1'],
    ],
    ['10.1.2.3/32', ['10.1.2.2', '10.1.2.4', '10.1.2.3%eth0', '']],
    ['fd12:3456::/32', ['fd12:3457::', 'fd12:3455:ffff::1', 'fd12:3456::1%eth0']],
  ])('%s allows no other address: %j', (block, addresses) => {
    for (const address of addresses) {
      expect(allow(block).allows('crm.example.com', address), address).toBe(false);
    }
  });

  test('never opens this machine, or a service that issues credentials, as part of a range', () => {
    const widest = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];
    const egress = allow(...widest);
    for (const address of [...CREDENTIAL_SERVICES, ...LOOPBACK]) {
      expect(egress.allows('crm.example.com', address), address).toBe(false);
    }
  });

  test.each([...CREDENTIAL_SERVICES, ...LOOPBACK])(
    'opens %s if it is exactly that address',
    (address) => {
      const egress = allow(`${address}/${address.includes(':') ? 128 : 32}`);
      expect(egress.allows('crm.example.com', address)).toBe(true);
      expect(egress.allows('crm.example.com', '127.0.0.2')).toBe(false);
    },
  );

  test('in a URL is allowed in each spelling, on the usual ports, and with TLS only', () => {
    const egress = allow('10.1.2.3/32');
    expect(findUrlProblem('https://0x0a.1.515/', egress)).toBeUndefined();
    expect(findUrlProblem('https://10.1.2.3:8443/', egress)).toBeUndefined();
    expect(findUrlProblem('https://10.1.2.3:25/', egress)).toBe('must use port 443 or above 1023');
    expect(findUrlProblem('http://10.1.2.3/', egress)).toBe('must begin with https://');
    expect(findUrlProblem('https://10.1.2.4/', egress)).toBe('must not name a private address');
  });
});

describe('a listed host', () => {
  test('may resolve to each private and public address, and to no other', () => {
    const egress = allow('crm.internal');
    for (const address of ['10.9.9.9', '172.20.0.1', '192.168.7.7', 'fd12::1', '93.184.216.34']) {
      expect(egress.allows('crm.internal', address), address).toBe(true);
    }
    const others = ['0.0.0.0', '::', 'fe80::1', '224.0.0.1', '198.51.100.1', '::ffff:10.0.0.1'];
    for (const address of [...CREDENTIAL_SERVICES, ...LOOPBACK, ...others]) {
      expect(egress.allows('crm.internal', address), address).toBe(false);
    }
  });

  test('opens its addresses for no other host, nor by number', () => {
    const egress = allow('crm.internal', { host: 'erp.internal', addresses: ['10.9.9.9/32'] });
    const hosts = ['crm.internal.', 'a.crm.internal', 'internal', 'hooks.example.com', '10.9.9.9'];
    for (const host of hosts) expect(egress.allows(host, '10.9.9.9'), host).toBe(false);
    expect(findUrlProblem('https://10.9.9.9/', egress)).toBe('must not name a private address');
  });

  test('with addresses may resolve to them only, whatever else is listed', () => {
    const addresses = ['10.9.9.0/24', '169.254.169.254/32'];
    const egress = allow('10.8.0.0/16', { host: 'crm.internal', addresses });
    expect(egress.allows('crm.internal', '10.9.9.9')).toBe(true);
    expect(egress.allows('crm.internal', '169.254.169.254')).toBe(true);
    for (const address of ['10.9.8.9', '10.8.0.1', '93.184.216.34', '127.0.0.1', 'fd12::1']) {
      expect(egress.allows('crm.internal', address), address).toBe(false);
    }
    expect(egress.allows('hooks.example.com', '10.8.0.1')).toBe(true);
  });
});

const INVALID: readonly unknown[] = [
  ...['', ' ', '*', '*.internal', 'CRM.internal', 'crm.internal:443', 'https://crm.internal'],
  ...['crm.internal ', 'bücher.internal', '10.1.2.3', '0x0a.1.515', '[fd12::1]', 'fd12::1', 'a@b'],
  ...['10.1.2.0/', '10.1.2.0/33', '10.1.2.0/024', '10.1.2.0/-1', '10.1.2.3/24', '10.1.2/24'],
  ...[
    '010.1.2.0/24',
    'fd12::1/64',
    'fd12::/129',
    '[fd12::]/64',
    'fd12::%eth0/64',
    'crm.internal/24',
  ],
  // Public, or wider than a private network, or a range with this machine or link-local addresses.
  ...['0.0.0.0/0', '::/0', '10.0.0.0/7', '93.184.216.0/24', '93.184.216.34/32', '2000::/3'],
  ...[
    '127.0.0.0/8',
    '169.254.0.0/16',
    '169.254.169.254/31',
    'fe80::/10',
    '224.0.0.0/4',
    '0.0.0.0/32',
  ],
  ...['::ffff:10.0.0.1/128', '::ffff:0:0/96', '64:ff9b::/96'],
  ...[undefined, null, 1, true, [], ['10.1.2.0/24'], {}],
  { host: 'crm.internal' },
  { host: 'crm.internal', addresses: [] },
  { host: 'crm.internal', addresses: '10.1.2.0/24' },
  { host: 'crm.internal', addresses: ['10.1.2.3'] },
  { host: 'crm.internal', addresses: ['0.0.0.0/0'] },
  { host: 'crm.internal', addresses: ['10.1.2.0/24'], ports: [443] },
  { host: '10.1.2.3', addresses: ['10.1.2.0/24'] },
  { addresses: ['10.1.2.0/24'] },
];

const OPTIONS = {
  store: createMemoryExportStore(),
  keys: [new Uint8Array(32)],
  callbackUrl: 'https://app.example.com/exports/callback',
};

describe('the list', () => {
  test.each(INVALID.map((entry) => [entry]))('rejects %j', (entry) => {
    const allowedPrivateHosts = [entry as PrivateHost];
    for (const create of [createExports, createConnections]) {
      expect(() => create({ ...OPTIONS, allowedPrivateHosts })).toThrow(TypeError);
      expect(() => create({ ...OPTIONS, allowedPrivateHosts })).toThrow('allowedPrivateHosts[0]');
    }
  });

  test.each(['crm.internal', { host: 'crm.internal' }, null])(
    'rejects %j, which is not a list',
    (value) => {
      const allowedPrivateHosts = value as unknown as readonly PrivateHost[];
      expect(() => createExports({ ...OPTIONS, allowedPrivateHosts })).toThrow(
        'createExports: allowedPrivateHosts must be a list',
      );
    },
  );

  test('rejects a host that is listed twice', () => {
    const pinned = { host: 'crm.internal', addresses: ['10.1.2.0/24'] };
    expect(() => allow('crm.internal', pinned)).toThrow('the host crm.internal is listed twice');
  });

  test('lets a connection name a listed address, and no other', async () => {
    const { connections } = createExports({ ...OPTIONS, allowedPrivateHosts: ['10.1.2.0/24'] });
    const create = (host: string) =>
      connections.create({
        ...{ preset: 'generic', grantType: 'none', name: 'ERP', siteId: 'site-1' },
        destination: { kind: 'webhook', url: `https://${host}/events` },
      });
    const { connection } = await create('10.1.2.3');
    expect(connection.status).toBe('active');
    await expect(create('10.1.3.3')).rejects.toMatchObject({
      code: 'invalid',
      issues: [{ path: 'destination.url', message: 'must not name a private address' }],
    });
  });
});
