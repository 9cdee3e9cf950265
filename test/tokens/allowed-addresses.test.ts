import { createGuard } from '@mandate/core';
import { expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createIssuing } from './issue.js';

/** Networks, addresses in all of them or one of them, and addresses in none. */
const TABLE: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['192.0.2.7', ['192.0.2.7', '::ffff:192.0.2.7', '::FFFF:192.0.2.7'], ['192.0.2.8', '::1']],
  ['192.0.2.7/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
  ['0.0.0.0/0', ['1.2.3.4', '::ffff:1.2.3.4'], ['2001:db8::1']],
  ['192.0.2.7/31', ['192.0.2.6', '192.0.2.7'], ['192.0.2.5', '192.0.2.8']],
  ['2001:db8::/32', ['2001:db8::', '2001:0DB8:ffff::1'], ['2001:db9::', '192.0.2.7']],
  ['2001:db8::1', ['2001:db8::1', '2001:db8:0:0:0:0:0:1'], ['2001:db8::2']],
  ['fe80::/10', ['fe80::1%eth0', 'febf::1'], ['fec0::1']],
  [
    '203.0.113.7',
    ['203.0.113.7:443', '[::ffff:203.0.113.7]:443'],
    ['203.0.113.8:443', '203.0.113.7:'],
  ],
  [
    '203.0.113.0/24',
    ['203.0.113.9:1'],
    ['203.0.113.9, 198.51.100.1', '203.0.113.9:99999', 'unknown'],
  ],
  [
    '2001:db8::/32',
    ['[2001:db8::1]:443', '[2001:db8::1]'],
    ['[2001:db9::1]:443', '[2001:db8::1', ''],
  ],
  ['192.0.2.7', ['::ffff:c000:207', '0:0:0:0:0:ffff:c000:0207'], ['::ffff:c000:208']],
  ['::1', ['::1'], ['127.0.0.1', '::']],
  ['::ffff:192.0.2.0/120', ['192.0.2.7', '::ffff:192.0.2.7'], ['192.0.3.7']],
];

test.each(TABLE)(
  'a token for %s works there and nowhere else',
  async (network, inside, outside) => {
    const { verifier, issue } = createIssuing();
    const { secret } = await issue({ allowedAddresses: [network] });
    const guard = createGuard({ verifiers: [verifier] });
    const isAllowed = async (remoteAddress: string) =>
      (await guard.authenticate(createRequest({ token: secret, remoteAddress }))).allowed;
    for (const address of inside)
      expect([address, await isAllowed(address)]).toEqual([address, true]);
    for (const address of outside)
      expect([address, await isAllowed(address)]).toEqual([address, false]);
  },
);

test.each([
  '',
  '/',
  '192.0.2',
  '192.0.2.0/-1',
  '192.0.2.0/',
  '::/129',
  '1.2.3.4/8/8',
  '1.2.3.4/1e1',
])('the network %j is rejected', async (network) => {
  const { issue } = createIssuing();
  await expect(issue({ allowedAddresses: [network] })).rejects.toMatchObject({ code: 'invalid' });
});
