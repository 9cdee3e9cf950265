// A guarded MCP server: an agent with FILES_READ can list and find files, and only one with FILES_WRITE can delete them.
// npm start in its directory starts it with an issuer of its own. README.md says how to try it with the MCP inspector.
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { createMetadataHandler, createResource, METADATA_PATH } from '@mandate/core/resource';
import { findIssuer } from '@mandate/example-local-issuer';
import { type AuthEnv, mountFetch, requireAuth } from '@mandate/hono';
import { createMcpGuard } from '@mandate/mcp';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { z } from 'zod';

/** The inspector is a page on this origin. */
const INSPECTOR = 'http://localhost:6274';

const files = new Set(['/notes.txt', '/plan.txt']);

function createServer(): McpServer {
  const server = new McpServer({ name: 'files', version: '1.0.0' });
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
  const inputSchema = z.object({ path: z.string() });
  server.registerTool('find_file', { inputSchema }, ({ path }) =>
    text([...files].filter((file) => file.includes(path)).join('\n')),
  );
  server.registerTool('delete_file', { inputSchema }, ({ path }) =>
    text(files.delete(path) ? 'deleted' : 'not found'),
  );
  return server;
}

export async function createApp(issuer: JwtIssuer, identifier: string): Promise<Hono<AuthEnv>> {
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuer)],
    resource: createResource({
      identifier,
      authorizationServers: [String(issuer.issuer)],
      scopesSupported: ['FILES_READ'],
      // With an authorization server of yours, leave this out: its tokens then name the identifier.
      audience: issuer.audience,
    }),
    endpoints: {
      'POST /mcp': { scopes: [] },
      'GET /mcp': { scopes: [] },
      'DELETE /mcp': { scopes: [] },
    },
  });
  const mcp = createMcpGuard(guard, {
    rules: {
      'tools/list': { scopes: [] },
      'tools/call find_file': { scopes: ['FILES_READ'] },
      'tools/call delete_file': { scopes: ['FILES_WRITE'] },
    },
    allowedOrigins: [INSPECTOR],
  });
  await mcp.checkTools(createServer());

  const server = createMcpHandler(createServer);
  const app = new Hono<AuthEnv>();
  app.use(cors({ origin: INSPECTOR, exposeHeaders: ['WWW-Authenticate', 'Mcp-Session-Id'] }));
  app.all(`${METADATA_PATH}/*`, mountFetch(createMetadataHandler([guard])));
  app.use(requireAuth(guard));
  app.all(
    '/mcp',
    mountFetch(mcp.guardHandler((request, context) => server.fetch(request, context))),
  );
  return app;
}

const CALL = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"find_file","arguments":{"path":"plan"}}}`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000' } = process.env;
  const url = `http://127.0.0.1:${PORT}/mcp`;
  const headers = `-H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream'`;
  const issuer = await findIssuer('scope=FILES_READ', `${headers} -d '${CALL}' ${url}`);
  const app = await createApp(issuer, url);
  serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' });
}
