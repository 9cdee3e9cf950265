import type { Server } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createGuard, type EndpointRule, type Guard, type Principal } from '@mandate/core';
import { type ExecutionResult, type GraphQLSchema, graphql, parse, subscribe } from 'graphql';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import { importGuide } from '../../support/guide-program.js';
import { listen } from '../../support/listen.js';
import { serveIssuer } from '../../support/serve-issuer.js';
import { createPrincipal, verifierOf } from '../../support/static-verifier.js';

const GUIDE = 'packages/core/docs/recipes/graphql.md';

async function serveRecipe() {
  const { issuer, issue } = await serveIssuer();
  const { server } = await importGuide<{ readonly server: Server }>(GUIDE, {
    'https://sso.example.com/': issuer,
    'server.listen(3000);': 'export { server };',
  });
  const origin = await listen(server);
  const send = (body: unknown, token?: string) =>
    fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  const ask = async (query: string, token?: string) => {
    const response = await send({ query }, token);
    return { status: response.status, ...summarize((await response.json()) as ExecutionResult) };
  };
  return { origin, issue, send, ask };
}

/** The data, and each error as `path: code`. */
function summarize({ data, errors = [] }: ExecutionResult) {
  return {
    data,
    errors: errors.map(({ path = [], extensions }) => `${path.join('.')}: ${extensions?.['code']}`),
  };
}

describe('the recipe for GraphQL', () => {
  test('resolves what the token allows, and rejects each other field', async () => {
    const { issue, ask } = await serveRecipe();
    const reader = await issue({ scope: 'READ' });
    const query = '{ documents { title notes } visitors(groupid: 7) }';
    expect(await ask(query, reader)).toEqual({
      status: 200,
      data: { documents: [{ title: 'Plan', notes: null }], visitors: null },
      errors: ['visitors: group_mismatch', 'documents.0.notes: scope_required'],
    });
    const all = await issue({ scope: 'READ NOTES', groups: ['7'] });
    expect(await ask(query, all)).toEqual({
      status: 200,
      data: {
        documents: [{ title: 'Plan', notes: 'not for everyone' }],
        visitors: ['a visitor of 7'],
      },
      errors: [],
    });
  });

  test('judges each operation of a batch, and each alias, by itself', async () => {
    const { issue, send } = await serveRecipe();
    const visitors =
      'query ($id: ID!) { mine: visitors(groupid: 7) other: visitors(groupid: $id) }';
    const batch = [
      { query: '{ documents { title } }' },
      { query: 'mutation { removeDocument(id: 1) }' },
      { query: visitors, variables: { id: 8 } },
    ];
    const response = await send(batch, await issue({ scope: 'READ', groups: ['7'] }));
    const answers = (await response.json()) as readonly ExecutionResult[];
    expect(answers.map(summarize)).toEqual([
      { data: { documents: [{ title: 'Plan' }] }, errors: [] },
      { data: { removeDocument: null }, errors: ['removeDocument: scope_required'] },
      {
        data: { mine: ['a visitor of 7'], other: null },
        errors: ['other: group_mismatch'],
      },
    ]);
    const writer = await send(batch, await issue({ scope: 'WRITE' }));
    const codes = ((await writer.json()) as readonly ExecutionResult[]).map(summarize);
    expect(codes[0]?.errors).toEqual(['documents: scope_required']);
    expect(codes[1]).toEqual({ data: { removeDocument: '1' }, errors: [] });
  });

  test('answers a whole batch with 401 or 400 if its token does not count', async () => {
    const { issue, send } = await serveRecipe();
    const batch = [{ query: '{ documents { title } }' }, { query: '{ __typename }' }];
    const expect401 = async (token: string | undefined, code: string) => {
      const response = await send(batch, token);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await response.json()).toMatchObject({ code });
    };
    await expect401(undefined, 'credentials_missing');
    await expect401('invalid', 'token_invalid');
    await expect401(await issue({ scope: 'READ', exp: 1 }), 'token_expired');
    expect((await send(batch, 'a, Bearer b')).status).toBe(400);
  });

  test('serves no query by GET, and no path below', async () => {
    const { origin, issue } = await serveRecipe();
    const authorization = `Bearer ${await issue({ scope: 'READ' })}`;
    const get = await fetch(`${origin}/graphql?query={documents{title}}`, {
      headers: { authorization, 'apollo-require-preflight': '1' },
    });
    expect(get.status).toBe(403);
    const below = await fetch(`${origin}/graphql/x`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ documents { title } }' }),
    });
    expect(below.status).toBe(403);
  });
});

interface Parts {
  guardSchema(
    schema: GraphQLSchema,
    guard: Guard,
    rules: Readonly<Record<string, EndpointRule>>,
  ): void;
}

describe('guardSchema of the recipe', () => {
  const typeDefs = `
    type Query { list: [String!], own: String }
    type Subscription { news: String }
  `;
  const rule = { scopes: ['READ'] };
  const guard = createGuard({ verifiers: [verifierOf(createPrincipal())], endpoints: {} });
  let guardSchema: Parts['guardSchema'];
  let started = 0;

  beforeEach(async () => {
    ({ guardSchema } = await importGuide<Parts>(GUIDE, {}, 'guard-schema.ts'));
  });

  function createSchema(rules: Readonly<Record<string, EndpointRule>>): GraphQLSchema {
    const schema = makeExecutableSchema({
      typeDefs,
      resolvers: {
        Query: { own: () => Promise.reject(new Error('a fault')) },
        Subscription: {
          news: {
            async *subscribe() {
              started++;
              yield { news: 'first' };
            },
          },
        },
      },
    });
    guardSchema(schema, guard, rules);
    return schema;
  }

  const rules = { 'Query.list': rule, 'Query.own': rule, 'Subscription.news': rule };
  const contextOf = (principal: Principal) => ({ principal, request: createRequest() });

  test.each([
    ['a field of an operation without a rule', { 'Query.list': rule }, 'Query.own has no rule'],
    [
      'a rule for a field that the schema does not have',
      { ...rules, 'Query.lsit': rule },
      'the schema has no field Query.lsit',
    ],
    [
      'a rule with an unknown member',
      { ...rules, 'Query.own': { scope: 'READ' } as never },
      'scope',
    ],
  ])('throws for %s', (_what, given, message) => {
    expect(() => createSchema(given)).toThrow(message);
  });

  test('guards a field without a resolver', async () => {
    const schema = createSchema(rules);
    const run = (principal: Principal) =>
      graphql({
        schema,
        source: '{ list }',
        rootValue: { list: ['a'] },
        contextValue: contextOf(principal),
      });
    expect((await run(createPrincipal({ scopes: ['READ'] }))).data).toEqual({ list: ['a'] });
    expect(summarize(await run(createPrincipal()))).toEqual({
      data: { list: null },
      errors: ['list: scope_required'],
    });
  });

  test('starts no subscription that its rule rejects', async () => {
    const schema = createSchema(rules);
    const run = (principal: Principal) =>
      subscribe({
        schema,
        document: parse('subscription { news }'),
        contextValue: contextOf(principal),
      });
    expect(summarize((await run(createPrincipal())) as ExecutionResult).errors).toEqual([
      'news: scope_required',
    ]);
    expect(started).toBe(0);
    const events = (await run(createPrincipal({ scopes: ['READ'] }))) as AsyncGenerator;
    expect((await events.next()).value).toMatchObject({ data: { news: 'first' } });
  });
});
