import { createGuard } from '@mandate/core';
import {
  createMcpGuard,
  type McpDecisionEvent,
  type McpGuardOptions,
  toAuthInfo,
} from '@mandate/mcp';
import type { AuthInfo as AuthInfoOne } from '@modelcontextprotocol/sdk/server/auth/types.js';
import {
  McpServer as McpServerOne,
  ResourceTemplate,
} from '@modelcontextprotocol/sdk/server/mcp.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { AuthInfo as AuthInfoTwo } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';
import { createStubGuard } from '../support/stub-guard.js';
import { createMcpTestGuard, legacy, openEndpoint, PRINCIPALS, post } from './open-endpoint.js';
import { createServerOne, createServerTwo } from './sdk-servers.js';

const create = (options: unknown) => () =>
  createMcpGuard(createMcpTestGuard(), options as McpGuardOptions);
const withRule = (key: string, rule: unknown = { scopes: [] }) =>
  create({ rules: { [key]: rule } });

describe('createMcpGuard throws', () => {
  test.each([
    ['no options', create(undefined), /options must be an object/],
    ['no rules', create({}), /rules must be an object/],
    ['a list of rules', create({ rules: [] }), /rules must be an object/],
    ['an unknown option', create({ rules: {}, filterList: true }), /did you mean "filterLists"/],
    ['a flag that is text', create({ rules: {}, requireExpiry: 'false' }), /requireExpiry must be/],
    [
      'a limit that is not a number',
      create({ rules: {}, maxBodyBytes: '1' }),
      /maxBodyBytes must be/,
    ],
    ['a check that is never', create({ rules: {}, recheckSeconds: 0 }), /recheckSeconds must be/],
    [
      'an observer that is not a function',
      create({ rules: {}, onDecision: 1 }),
      /onDecision must be/,
    ],
    [
      'owners without a function',
      create({ rules: {}, owners: { get: 1 } }),
      /get must be a function/,
    ],
    [
      'a host with a scheme',
      create({ rules: {}, allowedHosts: ['https://a'] }),
      /allowedHosts has/,
    ],
    ['a host in capitals', create({ rules: {}, allowedHosts: ['A'] }), /allowedHosts has/],
    [
      'an origin with a path',
      create({ rules: {}, allowedOrigins: ['https://a/b'] }),
      /allowedOrigins/,
    ],
    ['the origin null', create({ rules: {}, allowedOrigins: ['null'] }), /allowedOrigins/],
    ['an origin for all', create({ rules: {}, allowedOrigins: ['*'] }), /allowedOrigins/],
    [
      'a rule without scopes',
      withRule('tools/list', {}),
      /must be 'public' or an object with scopes/,
    ],
    ['a public rule', withRule('tools/list', 'public'), /"tools\/list"/],
    [
      'an optional rule',
      withRule('tools/list', { scopes: [], optional: true }),
      /unknown option "optional"/,
    ],
    ['a misspelt member', withRule('tools/list', { scope: [] }), /did you mean "scopes"/],
    [
      'a method without its name',
      withRule('tools/call'),
      /write "tools\/call NAME", or "tools\/call \*"/,
    ],
    ['an empty name', withRule('tools/call '), /write "tools\/call NAME"/],
    ['a name where none is', withRule('tools/list x'), /tools\/list names nothing/],
    ['a method that refers', withRule('tasks/get'), /takes the rule of what it names/],
    ['another method that refers', withRule('completion/complete'), /takes the rule/],
    ['a * inside a name', withRule('tools/call a*b'), /only the last character/],
    ['two *', withRule('tools/call a**'), /only the last character/],
    ['a key that is not a method', withRule('/tools'), /must start with a method/],
    ['a URI with a dot segment', withRule('resources/read file:///a/../b'), /canonical form/],
    ['a URI with a scheme in capitals', withRule('resources/read FILE:///a'), /canonical form/],
  ])('for %s', (_name, run, message) => {
    expect(run).toThrow(TypeError);
    expect(run).toThrow(message);
  });

  test('for a guard without a resource and without hosts', () => {
    const guard = createStubGuard();
    expect(() => createMcpGuard(guard, { rules: {} })).toThrow(/allowedHosts is required/);
    expect(() => createMcpGuard({} as typeof guard, { rules: {} })).toThrow(/guard is invalid/);
  });

  test('in TypeScript, for a scope that the guard does not list', () => {
    const scoped = createGuard({
      verifiers: [verifierOf(createPrincipal())],
      scopes: ['FILES_READ', 'FILES_WRITE'],
      endpoints: { 'POST /mcp': { scopes: [] } },
    });
    const allowedHosts = ['tools.example.com'];
    createMcpGuard(scoped, { allowedHosts, rules: { 'tools/list': { scopes: ['FILES_READ'] } } });
    // @ts-expect-error: the scope is misspelt.
    createMcpGuard(scoped, { allowedHosts, rules: { 'tools/list': { scopes: ['FILES_RAED'] } } });
  });

  test('for a handler that is not a function', () => {
    expect(() => openEndpoint().mcp.guardHandler({} as never)).toThrow(/must be a function/);
  });
});

describe('a rule', () => {
  const status = async (options: Partial<McpGuardOptions>, message: object, token = 'reader') =>
    (await openEndpoint(options).fetch(post(message, { authorization: `Bearer ${token}` }))).status;

  test('with an exact name beats *, and a longer text beats a shorter one', async () => {
    const rules = {
      'tools/call *': { scopes: [] },
      'tools/call delete_*': { scopes: ['FILES_WRITE'] },
      'tools/call delete_draft': { scopes: ['FILES_READ'] },
    };
    const call = (name: string) => status({ rules }, legacy('tools/call', { name }));
    expect(await call('anything')).toBe(200);
    expect(await call('delete_file')).toBe(403);
    expect(await call('delete_draft')).toBe(200);
  });

  test('may have a condition on the arguments', async () => {
    const own = { params: { arguments: { path: '' } } };
    const rules = {
      'tools/call find_file': {
        scopes: [],
        allowIf: (_principal: unknown, request: { body?(): unknown }) => {
          const message = request.body?.() as typeof own;
          return message.params.arguments.path === 'own' || 'another path';
        },
      },
    };
    const call = (path: string) =>
      status({ rules }, legacy('tools/call', { name: 'find_file', arguments: { path } }));
    expect(await call('own')).toBe(200);
    expect(await call('other')).toBe(403);
  });

  test('may take the group from the arguments', async () => {
    const group = { body: (body: unknown) => (body as { params: { group: string } }).params.group };
    const rules = { 'tools/call find_file': { scopes: [], group } };
    const message = legacy('tools/call', { name: 'find_file', group: 'staff' });
    expect(await status({ rules }, message)).toBe(403);
  });

  test('may ask for a stronger authentication', async () => {
    const rules = {
      'tools/call delete_file': {
        scopes: [],
        stepUp: { acrValues: ['mfa'], maxAuthAgeSeconds: 60 },
      },
    };
    const call = legacy('tools/call', { name: 'delete_file' });
    const { fetch, served } = openEndpoint({ rules });
    const response = await fetch(post(call));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_user_authentication", .*, acr_values="mfa", max_age="60", .*resource_metadata="/,
    );
    expect(served).toEqual([]);
  });

  test('of the protocol can be replaced', async () => {
    const ping = legacy('ping');
    expect(await status({}, ping)).toBe(200);
    expect(await status({ rules: { ping: { scopes: ['PING'] } } }, ping)).toBe(403);
  });

  test('lets tokens without an expiry pass with requireExpiry: false', async () => {
    expect(await status({ requireExpiry: false }, legacy('ping'), 'eternal')).toBe(200);
  });

  test('is observed with the names that were asked for', async () => {
    const events: McpDecisionEvent[] = [];
    const onDecision = (event: McpDecisionEvent) => void events.push(event);
    const message = legacy('tools/call', { name: 'delete_file' });
    await status({ onDecision }, message);
    await status({ onDecision }, message, 'writer');
    await status({ onDecision }, legacy('tools/call', { name: 'x'.repeat(500) }));
    await status({ onDecision }, {});
    const { subject, tokenId, issuer } = PRINCIPALS['reader'] as (typeof PRINCIPALS)[string];
    const known = { subject, tokenId, issuer, actor: undefined };
    const operations = ['tools/call delete_file'];
    expect(events).toEqual([
      {
        allowed: false,
        code: 'scope_required',
        reason: 'the token lacks a scope',
        operations,
        ...known,
      },
      { allowed: true, code: 'allowed', reason: undefined, operations, ...known },
      {
        ...{ allowed: false, code: 'endpoint_unmapped', reason: 'no rule maps the endpoint' },
        operations: [`tools/call ${'x'.repeat(189)}`],
        ...known,
      },
      {
        ...{ allowed: false, code: 'invalid_request', operations: [] },
        reason: 'The members are not those of a JSON-RPC 2.0 message.',
        ...known,
      },
    ]);
  });

  test('needs a principal', async () => {
    const { mcp } = openEndpoint();
    const handler = mcp.guardHandler(() => new Response());
    await expect(handler(post(legacy('ping')), {})).rejects.toThrow(
      /requireAuth\(guard\) must run/,
    );
  });
});

describe('checkTools', () => {
  const check = (rules: McpGuardOptions['rules']) => openEndpoint({ rules }).mcp;
  const both = { 'tools/call find_file': { scopes: [] }, 'tools/call delete_file': { scopes: [] } };

  test.each([
    ['1', createServerOne],
    ['2', createServerTwo],
  ])('reads the tools of a server of version %s', async (_version, createServer) => {
    await check(both).checkTools(createServer());
    await check({ 'tools/call *': { scopes: [] } }).checkTools(createServer());
    const misspelt = {
      'tools/call find_file': { scopes: [] },
      'tools/call delete_fiel': { scopes: [] },
    };
    await expect(check(misspelt).checkTools(createServer())).rejects.toThrow(
      'checkTools:\n- tools/call delete_file: no rule\n' +
        '- tools/call delete_fiel: the server has nothing of this name',
    );
  });

  test('reads prompts, resources and templates', async () => {
    const server = () => {
      const own = new McpServerOne({ name: 'x', version: '1' });
      own.registerPrompt('summary', {}, () => ({ messages: [] }));
      own.registerResource('notes', 'notes://today', {}, () => ({ contents: [] }));
      const template = new ResourceTemplate('file:///reports/{name}', { list: undefined });
      own.registerResource('reports', template, {}, () => ({ contents: [] }));
      return own;
    };
    await openEndpoint({
      rules: {
        'prompts/get summary': { scopes: [] },
        'resources/read notes://today': { scopes: [] },
        'resources/read file:///reports/*': { scopes: [] },
      },
    }).mcp.checkTools(server());
    await expect(check({}).checkTools(server())).rejects.toThrow(
      'checkTools:\n- prompts/get summary: no rule\n- resources/read notes://today: no rule\n' +
        '- resources/read file:///reports/{name}: no rule',
    );
  });

  test('throws if the server does not answer a list', async () => {
    const server = createServerOne();
    server.server.removeRequestHandler('tools/list');
    server.server.setRequestHandler(ListToolsRequestSchema, () => {
      throw new Error('no user');
    });
    await expect(check(both).checkTools(server)).rejects.toThrow(/does not answer tools\/list/);
  });

  test('throws without a server', async () => {
    await expect(check({}).checkTools({} as never)).rejects.toThrow(/needs a server of an MCP SDK/);
  });
});

describe('toAuthInfo', () => {
  test('is what both versions of the SDK expect, without the token', () => {
    const principal = createPrincipal({
      scopes: ['A'],
      expiresAt: 5,
      claims: { client_id: 'https://client.example/metadata.json', azp: 'other' },
    });
    const info = toAuthInfo(principal, createMcpTestGuard());
    const one: AuthInfoOne = info;
    const two: AuthInfoTwo = info;
    expect([one, two]).toEqual([info, info]);
    expect(info).toEqual({
      token: '',
      clientId: 'https://client.example/metadata.json',
      scopes: ['A'],
      expiresAt: 5,
      resource: new URL('https://tools.example.com/mcp'),
      resourceMetadataUrl: 'https://tools.example.com/.well-known/oauth-protected-resource/mcp',
      extra: { principal },
    });
  });

  test.each([
    [{ azp: 'a', cid: 'c' }, 'a'],
    [{ cid: 'c' }, 'c'],
    [{ client_id: '' }, ''],
    [{}, ''],
  ])('finds the client in %j', (claims, clientId) => {
    const info = toAuthInfo(createPrincipal({ claims, scopes: 'all' }));
    expect(info).toMatchObject({ clientId, scopes: [] });
    expect(Object.keys(info)).toEqual(['token', 'clientId', 'scopes', 'extra']);
  });
});
