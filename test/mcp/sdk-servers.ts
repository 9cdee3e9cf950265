import { randomUUID } from 'node:crypto';
import type { Principal } from '@mandate/core';
import type { McpContext } from '@mandate/mcp';
import { McpServer as McpServerOne } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { createMcpHandler, McpServer as McpServerTwo } from '@modelcontextprotocol/server';
import { z } from 'zod';

const TOOLS = ['find_file', 'delete_file'] as const;

/** Where tools find the principal, in both versions of the SDK. */
function getSubject(authInfo: { readonly extra?: Record<string, unknown> } | undefined): string {
  return (authInfo?.extra?.['principal'] as Principal | undefined)?.subject ?? 'nobody';
}

type Serve = (request: Request, context: McpContext) => Promise<Response>;

/** A server of version 2 of the SDK, which answers both eras without sessions. */
export function createServerTwo(): McpServerTwo {
  const server = new McpServerTwo({ name: 'files', version: '1.0.0' });
  for (const name of TOOLS) {
    server.registerTool(name, { inputSchema: z.object({ path: z.string() }) }, ({ path }, ctx) => {
      return {
        content: [{ type: 'text', text: `${name} ${path} of ${getSubject(ctx.http?.authInfo)}` }],
      };
    });
  }
  return server;
}

export function serveTwo(): Serve {
  const handler = createMcpHandler(createServerTwo);
  return (request, context) => handler.fetch(request, context);
}

/** A server of version 1 of the SDK. */
export function createServerOne(): McpServerOne {
  const server = new McpServerOne({ name: 'files', version: '1.0.0' });
  for (const name of TOOLS) {
    server.registerTool(name, { inputSchema: { path: z.string() } }, ({ path }, extra) => {
      return {
        content: [{ type: 'text', text: `${name} ${path} of ${getSubject(extra.authInfo)}` }],
      };
    });
  }
  return server;
}

/** With one transport for each session, as the documentation of the SDK shows it. */
export function serveOne(): Serve {
  const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();
  return async (request, context) => {
    const existing = transports.get(request.headers.get('mcp-session-id') ?? '');
    if (existing !== undefined) return existing.handleRequest(request, context);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void transports.set(id, transport),
      onsessionclosed: (id) => void transports.delete(id),
    });
    await createServerOne().connect(transport);
    return transport.handleRequest(request, context);
  };
}
