import { mountFetch, requireAuth } from '@mandate/hono';
import { createMcpGuard } from '@mandate/mcp';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createMcpTestGuard, IDENTIFIER, legacy, NOW_MS, RULES } from './open-endpoint.js';

test('a body that was consumed before the endpoint is an error that says so', async () => {
  const guard = createMcpTestGuard();
  const mcp = createMcpGuard(guard, { rules: RULES, now: () => NOW_MS });
  const errors: Error[] = [];
  const app = new Hono();
  app.onError((error, c) => {
    errors.push(error);
    return c.text('', 500);
  });
  app.use(requireAuth(guard), async (c, next) => {
    await c.req.raw.json();
    return next();
  });
  app.all('/mcp', mountFetch(mcp.guardHandler(() => Response.json({}))));
  const body = JSON.stringify(legacy('ping'));
  const headers = {
    authorization: 'Bearer reader',
    'content-type': 'application/json',
    'content-length': String(body.length),
  };
  const response = await app.request(IDENTIFIER, { method: 'POST', headers, body });
  expect(response.status).toBe(500);
  expect(errors.map(({ message }) => message)).toEqual([
    'the body was consumed: mount the MCP endpoint before body parsers',
  ]);
});
