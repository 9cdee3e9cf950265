import { createTokenAdminHandler, TOKEN_ADMIN_OPENAPI } from '@mandate/tokens/admin';
import { expect, test } from 'vitest';
import { createIssuing, describeToken, SUPER_ADMIN } from './issue.js';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: Schema }> }>>;
}

const PATHS = TOKEN_ADMIN_OPENAPI.paths as unknown as Record<string, Record<string, Operation>>;
const OPERATIONS = Object.entries(PATHS).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** What is wrong with a value by a schema that names every member it allows. */
function* findFaults(schema: Schema, value: unknown, at: string): Generator<string> {
  if (schema.enum !== undefined && !schema.enum.includes(value)) yield `${at}: not in the list`;
  if (schema.type === 'string' && typeof value !== 'string') yield `${at}: no string`;
  if (schema.format === 'date-time' && new Date(`${value}`).toJSON() !== value)
    yield `${at}: no time`;
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return yield `${at}: no list`;
    for (const [i, item] of value.entries()) yield* findFaults(schema.items!, item, `${at}.${i}`);
  }
  if (schema.type !== 'object') return;
  const members = value as Record<string, unknown>;
  for (const name of schema.required ?? []) if (!(name in members)) yield `${at}.${name}: missing`;
  for (const [name, member] of Object.entries(members)) {
    const known = schema.properties?.[name];
    if (known === undefined) yield `${at}.${name}: not described`;
    else yield* findFaults(known, member, `${at}.${name}`);
  }
}

const BODIES: Readonly<Record<string, object>> = {
  createToken: describeToken({ allowedAddresses: ['192.0.2.0/24'] }),
  rotateToken: { overlapSeconds: 60 },
  describeToken: { description: 'weekly import' },
  revokeTokens: { ids: ['absent'] },
  revokeByUser: { userEmail: 'ada@example.com' },
};
const QUERIES: Readonly<Record<string, string>> = {
  permission: 'USER',
  status: 'active',
  scope: 'SEARCH',
  userEmail: 'ada@example.com',
  search: 'nightly',
  isRevoked: 'false',
  createdBy: SUPER_ADMIN.subject,
  expiresBefore: '2100-01-01T00:00Z',
  sortBy: 'expiresAt',
  direction: 'asc',
  limit: '1',
};

test('the checks of this test find faults', () => {
  const { content } = PATHS['/tokens']!['get']!.responses['200']!;
  const bad = { items: [{ id: 1, hash: 'x', createdAt: 'soon', permission: 'ROOT' }], next: 1 };
  expect([...findFaults(content!['application/json']!.schema, bad, '')].length).toBeGreaterThan(7);
});

test.each(OPERATIONS)(
  '$method $path is answered as described',
  async ({ path, method, operation }) => {
    const { clock, authority, issue } = createIssuing();
    const { token, secret } = await issue({ expiresAt: new Date(clock.ms + 60_000) });
    await issue();
    const handler = createTokenAdminHandler({
      authority,
      authorizeAdmin: () => SUPER_ADMIN,
      now: clock.now,
    });
    const asked = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const query = new URLSearchParams(
      asked.flatMap(({ name }) => (QUERIES[name] === undefined ? [] : [[name, QUERIES[name]]])),
    );
    const send = (body: object | undefined, id = token.id) =>
      handler(
        new Request(`http://localhost${path.replace('{id}', id)}?${query}`, {
          method: method.toUpperCase(),
          headers: { 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
        { principal: undefined },
      );
    const isSearch = operation.operationId === 'findSecret';
    const body = isSearch ? { secret } : BODIES[operation.operationId];
    expect(body === undefined).toBe(operation.requestBody === undefined);

    const [status = '', described] = Object.entries(operation.responses)[0]!;
    const response = await send(body);
    expect(`${response.status}`).toBe(status);
    const schema = described.content!['application/json']!.schema;
    expect([...findFaults(schema, await response.json(), operation.operationId)]).toEqual([]);

    if (path.includes('{id}')) expect((await send(body, 'absent')).status).toBe(404);
    const required = operation.requestBody?.content['application/json']?.schema.required ?? [];
    for (const name of required) {
      const { [name]: _, ...rest } = body as Record<string, unknown>;
      expect((await send(rest)).status).toBe(400);
    }
  },
);

test('every route that is not described is not found', async () => {
  const { authority } = createIssuing();
  const handler = createTokenAdminHandler({ authority, authorizeAdmin: () => SUPER_ADMIN });
  for (const path of ['/tokens', '/tokens/x', '/tokens/x/revoke', '/tokens/x/rotate', '/audit']) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const described = PATHS[path.replace('/x', '/{id}')]?.[method.toLowerCase()];
      if (described !== undefined) continue;
      const request = new Request(`http://localhost${path}`, { method });
      expect((await handler(request, { principal: undefined })).status).toBe(404);
    }
  }
});
