import { createGuard, type EndpointMap, hasClaim } from '@mandate/core';
import { createTestIssuer, diffPolicies, principal } from '@mandate/testing';
import { describe, expect, test } from 'vitest';

const BEFORE: EndpointMap = {
  'GET /health': 'public',
  'GET /documents/:id': { scopes: ['DOCUMENTS'] },
  'POST /documents': { scopes: ['DOCUMENTS'] },
  'GET /legacy': { scopes: [] },
};

const AFTER: EndpointMap = {
  'GET /health': 'public',
  'GET /documents/:id': { scopes: ['DOCUMENTS'] },
  'GET /documents/help': 'public',
  'POST /documents': { scopes: { anyOf: [['DOCUMENTS', 'ADMIN'], 'ROOT'] }, group: 'staff' },
  'GET /groups/:groupid/visitors': { scopes: [], group: { path: 'groupid' } },
};

const identities = {
  stranger: null,
  reader: principal({ scopes: ['DOCUMENTS'], groups: ['staff'] }),
  root: principal({ scopes: ['ROOT'], groups: ['staff'] }),
};

describe('diffPolicies', () => {
  test('says who gains and who loses what, with the rules', () => {
    expect(diffPolicies(BEFORE, AFTER, { identities }).toString()).toBe(`POST /documents
  before: scopes DOCUMENTS
  after:  scopes DOCUMENTS and ADMIN or ROOT; group staff
  loses:  reader (allowed → scope_required)
  gains:  root (scope_required → allowed)
GET /documents/help
  before: scopes DOCUMENTS (GET /documents/:id)
  after:  public
  gains:  stranger (credentials_missing → allowed)
  gains:  root (scope_required → allowed)
GET /groups/:groupid/visitors
  before: not mapped
  after:  any token; group of path "groupid"
  gains:  reader (endpoint_unmapped → conditional)
  gains:  root (endpoint_unmapped → conditional)
GET /legacy
  before: any token
  after:  not mapped
  loses:  reader (allowed → endpoint_unmapped)
  loses:  root (allowed → endpoint_unmapped)
`);
  });

  test('returns the same as data', () => {
    const { changes, uncertain } = diffPolicies(BEFORE, AFTER, { identities });
    expect(changes.map(({ endpoint }) => endpoint)).toHaveLength(4);
    expect(changes[0]).toEqual({
      endpoint: 'POST /documents',
      before: 'scopes DOCUMENTS',
      after: 'scopes DOCUMENTS and ADMIN or ROOT; group staff',
      identities: [
        { identity: 'reader', before: 'allowed', after: 'scope_required', change: 'loses' },
        { identity: 'root', before: 'scope_required', after: 'allowed', change: 'gains' },
      ],
    });
    expect(uncertain).toEqual([]);
  });

  test('finds nothing between equal policies, whatever their order', () => {
    const reversed = Object.fromEntries(Object.entries(BEFORE).reverse()) as EndpointMap;
    expect(diffPolicies(BEFORE, reversed).toString()).toBe('No endpoint changed.\n');
  });

  test('compares the callers that the rules tell apart, unless some are named', () => {
    const before: EndpointMap = { 'GET /a': { scopes: ['A'] } };
    const after: EndpointMap = {
      'GET /a': {
        scopes: { anyOf: ['A', 'B'] },
        group: { anyOf: ['staff', 'guests'] },
        anonymous: true,
      },
    };
    const [change] = diffPolicies(before, after).changes;
    expect(change?.identities.map((one) => `${one.identity} ${one.change}`)).toEqual([
      'scope B gains',
      'every scope, no group loses',
      'every scope, ANONYMOUS gains',
    ]);
  });

  test('shows conditions as conditional, without running them', () => {
    const allowIf = () => {
      throw new Error('a condition ran');
    };
    const before: EndpointMap = { 'GET /a': { scopes: [] }, 'GET /b': { scopes: [], allowIf } };
    const after: EndpointMap = {
      'GET /a': { scopes: [], allowIf },
      'GET /b': { scopes: [], allowIf },
    };
    const diff = diffPolicies(before, after, { identities });
    expect(diff.changes).toEqual([
      expect.objectContaining({
        endpoint: 'GET /a',
        after: 'any token; conditional',
        identities: [
          { identity: 'reader', before: 'allowed', after: 'conditional', change: 'loses' },
          { identity: 'root', before: 'allowed', after: 'conditional', change: 'loses' },
        ],
      }),
    ]);
    expect(diff.uncertain).toEqual([]);
  });

  test('shows a required authentication, and that it decides', () => {
    const create = (maxAuthAgeSeconds: number): EndpointMap => ({
      'POST /pay': { scopes: [], stepUp: { acrValues: ['phr', 'mfa'], maxAuthAgeSeconds } },
    });
    const before: EndpointMap = { 'POST /pay': { scopes: [] } };
    expect(diffPolicies(before, create(300), { identities }).changes).toEqual([
      expect.objectContaining({
        after: 'any token; authenticated by phr or mfa within 300 s',
        identities: [
          { identity: 'reader', before: 'allowed', after: 'conditional', change: 'loses' },
          { identity: 'root', before: 'allowed', after: 'conditional', change: 'loses' },
        ],
      }),
    ]);
    expect(diffPolicies(create(300), create(600), { identities }).changes).toMatchObject([
      { before: expect.stringContaining('300 s'), after: expect.stringContaining('600 s') },
    ]);
  });

  test('admits that two functions cannot be compared', () => {
    const create = (plan: string): EndpointMap => ({
      'GET /a': { scopes: [], allowIf: hasClaim('plan', plan) },
      'POST /b': { scopes: [], group: { body: (body) => (body as { group?: string })?.group } },
    });
    const diff = diffPolicies(create('pro'), create('free'));
    expect(diff.changes).toEqual([]);
    expect(diff.toString()).toBe('Conditions that cannot be compared:\n  GET /a\n  POST /b\n');
  });

  test('describes every part of a rule', () => {
    const after: EndpointMap = {
      'GET /files/:id': {
        scopes: [],
        optional: true,
        anonymous: true,
        allowEncodedSlash: true,
        group: { query: 'g', header: 'X-Group', body: () => 'g' },
      },
    };
    const [change] = diffPolicies({}, after, { identities }).changes;
    expect(change?.after).toBe(
      'any token; group of query "g", header "x-group", body; anonymous tokens; no token needed; encoded slashes',
    );
    expect(change?.identities[0]).toMatchObject({ identity: 'stranger', after: 'allowed' });
  });

  test('takes guards, whose scopes compare as they do', () => {
    const create = (endpoints: EndpointMap) =>
      createGuard({
        verifiers: [createTestIssuer().verifier()],
        endpoints,
        normalizeScope: (scope) => scope.toLowerCase(),
      });
    const before = create({ 'GET /a': { scopes: ['documents'] } });
    const [change] = diffPolicies(before, create({ 'GET /a': { scopes: ['Root'] } }), {
      identities,
    }).changes;
    expect(change?.identities).toEqual([
      { identity: 'reader', before: 'allowed', after: 'scope_required', change: 'loses' },
      { identity: 'root', before: 'scope_required', after: 'allowed', change: 'gains' },
    ]);
  });

  test('does not take a value of a parameter for a literal', () => {
    const map: EndpointMap = { 'GET /a/:id': { scopes: ['A'] }, 'GET /a/any': 'public' };
    const after: EndpointMap = { 'GET /a/:id': 'public', 'GET /a/any': 'public' };
    expect(
      diffPolicies(map, after, { identities }).changes.map(({ endpoint }) => endpoint),
    ).toEqual(['GET /a/:id']);
  });

  test.each<[string, unknown[]]>([
    ['unknown option "identity"', [{}, {}, { identity: {} }]],
    ['the identity "a" must be', [{}, {}, { identities: { a: undefined } }]],
    ['the identity "a" must be', [{}, {}, { identities: { a: 'token' } }]],
    ['unknown option "scope"', [{}, { 'GET /a': { scope: [] } }]],
  ])('rejects what is wrong: %s', (message, [before, after, options]) => {
    const call = () => diffPolicies(before as EndpointMap, after as EndpointMap, options as object);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });
});
