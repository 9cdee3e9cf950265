import { completable, McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** One pixel, and a recording without a sound. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=';
const text = (value: string) => ({ type: 'text', text: value }) as const;
const image = { type: 'image', data: PNG, mimeType: 'image/png' } as const;
const embedded = (uri: string) =>
  ({ type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'embedded' } }) as const;

/** A server with what the scenarios of the conformance suite ask for by name. */
export function createConformanceServer(): McpServer {
  const server = new McpServer(
    { name: 'conformance', version: '1.0.0' },
    { capabilities: { logging: {}, completions: {}, resources: { subscribe: true } } },
  );
  addTools(server);
  addResources(server);
  addPrompts(server);
  return server;
}

function addTools(server: McpServer): void {
  const description = 'A tool of the suite';
  const tools = {
    test_simple_text: [text('This is a simple text response for testing.')],
    test_image_content: [image],
    test_audio_content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' } as const],
    test_embedded_resource: [embedded('test://embedded-resource')],
    test_multiple_content_types: [
      text('Multiple content types test:'),
      image,
      embedded('test://mixed-content-resource'),
    ],
  };
  for (const [name, content] of Object.entries(tools)) {
    server.registerTool(name, { description }, () => ({ content: [...content] }));
  }
  server.registerTool('test_error_handling', { description }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  server.registerTool('test_tool_with_progress', { description }, async (ctx) => {
    const { progressToken = 0 } = ctx.mcpReq._meta ?? {};
    for (const progress of [0, 50, 100]) {
      const params = { progressToken, progress, total: 100 };
      await ctx.mcpReq.notify({ method: 'notifications/progress', params });
    }
    return { content: [text('done')] };
  });
}

function addResources(server: McpServer): void {
  const plain = { mimeType: 'text/plain', description: 'A resource of the suite' };
  server.registerResource('static-text', 'test://static-text', plain, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'text/plain', text: 'This is static text.' }],
  }));
  server.registerResource('static-binary', 'test://static-binary', plain, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'image/png', blob: PNG }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  server.registerResource('template', template, plain, ({ href: uri }, { id }) => ({
    contents: [{ uri, mimeType: 'application/json', text: JSON.stringify({ id }) }],
  }));
}

function addPrompts(server: McpServer): void {
  const user = (content: ReturnType<typeof text> | typeof image | ReturnType<typeof embedded>) =>
    ({ role: 'user', content }) as const;
  const description = 'A prompt of the suite';
  server.registerPrompt('test_simple_prompt', { description }, () => ({
    messages: [user(text('This is a simple prompt for testing.'))],
  }));
  const complete = (value: string) => ['paris', 'park'].filter((one) => one.startsWith(value));
  const argsSchema = z.object({ arg1: completable(z.string(), complete), arg2: z.string() });
  server.registerPrompt('test_prompt_with_arguments', { description, argsSchema }, (args) => ({
    messages: [user(text(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`))],
  }));
  const uriSchema = z.object({ resourceUri: z.string() });
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description, argsSchema: uriSchema },
    ({ resourceUri }) => ({ messages: [user(embedded(resourceUri)), user(text('Process it.'))] }),
  );
  server.registerPrompt('test_prompt_with_image', { description }, () => ({
    messages: [user(image), user(text('Analyze the image.'))],
  }));
}
