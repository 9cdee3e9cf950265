import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toEgressRules } from '../../packages/exports/src/fetch/egress-rules.js';
import { findUrlProblem } from '../../packages/exports/src/fetch/guarded-url.js';
import {
  isLoopbackAddress,
  isPublicAddress,
} from '../../packages/exports/src/fetch/public-address.js';

/** The reserved networks of RFC 6890 and IANA's registries, computed with numbers alone. */
const RESERVED: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['168.63.129.16', 32],
];

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const toText = (number: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.');
const isReserved = (number: number): boolean =>
  RESERVED.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(number / size) === Math.floor(toNumber(network) / size);
  });

const ipv4 = fc.oneof(
  fc.nat({ max: 2 ** 32 - 1 }),
  // The edges are where such lists go wrong.
  fc
    .tuple(fc.constantFrom(...RESERVED), fc.constantFrom(-1, 0, 1))
    .chain(([[network, bits], offset]) =>
      fc.constantFrom(toNumber(network) + offset, toNumber(network) + 2 ** (32 - bits) + offset),
    )
    .filter((number) => number >= 0 && number < 2 ** 32),
);

const groups = fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 });
const write = (all: readonly number[]): string => all.map((group) => group.toString(16)).join(':');

describe('isPublicAddress', () => {
  test('agrees with the registry for every IPv4 address', () => {
    fc.assert(
      fc.property(ipv4, (number) => {
        expect(isPublicAddress(toText(number))).toBe(!isReserved(number));
      }),
      { numRuns: 2000 },
    );
  });

  test('rejects IPv6 addresses outside 2000::/3, tunnels and examples', () => {
    fc.assert(
      fc.property(groups, fc.constantFrom(undefined, 0x2001, 0x2002, 0x3fff), (all, first) => {
        const [a = 0, b = 0] = all.with(0, first ?? all[0] ?? 0);
        const isTunnel = (a === 0x2001 && (b < 0x200 || b === 0xdb8)) || a === 0x2002;
        const isExample = a === 0x3fff && b < 0x1000;
        const expected = a >= 0x2000 && a < 0x4000 && !isTunnel && !isExample;
        expect(isPublicAddress(write([a, b, ...all.slice(2)]))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test('rejects an IPv6 address that contains an IPv4 address', () => {
    fc.assert(
      fc.property(ipv4, fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:'), (n, prefix) => {
        expect(isPublicAddress(`${prefix}${toText(n)}`)).toBe(false);
        expect(isLoopbackAddress(`${prefix}${toText(n)}`)).toBe(false);
      }),
    );
  });

  test('rejects anything but an address', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(isPublicAddress(text)).toBe(false);
      }),
    );
    for (const odd of ['8.8.8.8%1', '2606:4700::1%eth0', '8.8.8', '08.8.8.8', '8.8.8.8/32', '']) {
      expect(isPublicAddress(odd), odd).toBe(false);
    }
    expect(isPublicAddress('8.8.8.8')).toBe(true);
    expect(isPublicAddress('2606:4700:4700::1111')).toBe(true);
  });
});

const CLOSED = toEgressRules('test', {});
const LOCAL = toEgressRules('test', { allowLoopback: true });

describe('findUrlProblem', () => {
  const spellings = (number: number): readonly string[] => [
    toText(number),
    String(number),
    `0x${number.toString(16)}`,
    `0${number.toString(8)}`,
    toText(number)
      .split('.')
      .map((octet) => `0x${Number(octet).toString(16)}`)
      .join('.'),
    toText(number)
      .split('.')
      .map((octet) => `0${Number(octet).toString(8)}`)
      .join('.'),
    `${toText(number)}.`,
  ];

  test('recognizes every spelling of an IPv4 address', () => {
    fc.assert(
      fc.property(ipv4, (number) => {
        const expected = isReserved(number) ? 'must not name a private address' : undefined;
        for (const host of spellings(number)) {
          expect(findUrlProblem(`https://${host}/`, CLOSED), host).toBe(expected);
        }
      }),
    );
  });

  test('allows only loopback in addition, with allowLoopback', () => {
    expect(findUrlProblem('http://127.0.0.1:80/a', LOCAL)).toBeUndefined();
    expect(findUrlProblem('http://localhost:81/a', LOCAL)).toBeUndefined();
    expect(findUrlProblem('http://[::1]:81/a', LOCAL)).toBeUndefined();
    for (const url of [
      'http://10.0.0.1/',
      'http://crm.example.com/',
      'http://localhost.example.com',
    ]) {
      expect(findUrlProblem(url, LOCAL), url).toBe('must begin with https://');
    }
    expect(findUrlProblem('https://10.0.0.1/', LOCAL)).toBe('must not name a private address');
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), fc.boolean(), (text, allowLoopback) => {
        const egress = allowLoopback ? LOCAL : CLOSED;
        findUrlProblem(text, egress);
        findUrlProblem(`https://${text}`, egress);
      }),
    );
  });
});
