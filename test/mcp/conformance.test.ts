import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { createMcpGuard } from '@mandate/mcp';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../support/listen.js';
import { findNodeVersions } from '../support/runtimes.js';
import { createConformanceServer } from './conformance-server.js';
import { type CreateHost, HOSTS } from './hosts.js';
import { createMcpTestGuard, NOW_MS } from './open-endpoint.js';

const SUITE = createRequire(new URL('../runtimes/package.json', import.meta.url)).resolve(
  '@modelcontextprotocol/conformance/dist/index.js',
);

/** The suite needs Node 22, and does not import on 20. */
const node = findNodeVersions().find(({ name }) => name === 'Node 22');

/** Scenarios of tools that the server does not have: they try what an SDK does behind the guard. */
const OTHERS =
  /^(?:tools-call-(?:sampling|elicitation|with-logging)|elicitation-.*|json-schema-.*|input-required-.*|http-custom-.*|resources-(?:un)?subscribe|server-stateless)$/;

const ANY_TOKEN = { scopes: [] };
const RULES = {
  'tools/list': ANY_TOKEN,
  'prompts/list': ANY_TOKEN,
  'resources/list': ANY_TOKEN,
  'resources/templates/list': ANY_TOKEN,
  'logging/setLevel': ANY_TOKEN,
  'subscriptions/listen': ANY_TOKEN,
  'tools/call *': ANY_TOKEN,
  'prompts/get *': ANY_TOKEN,
  'resources/read test://*': ANY_TOKEN,
};

/** A guarded server behind a proxy that adds a token, because the suite sends none. */
async function openServer(): Promise<string> {
  let answer: RequestListener = (_, res) => res.writeHead(503).end();
  const origin = await listen(
    createServer((req, res) => {
      req.headers.authorization = 'Bearer reader';
      req.rawHeaders.push('Authorization', 'Bearer reader');
      answer(req, res);
    }),
  );
  const guard = createMcpTestGuard(undefined, `${origin}/mcp`);
  const mcp = createMcpGuard(guard, { rules: RULES, filterLists: true, now: () => NOW_MS });
  const handler = createMcpHandler(createConformanceServer);
  const serve = mcp.guardHandler((request, context) => handler.fetch(request, context));
  const server = await (HOSTS['express 5'] as CreateHost)(guard, serve);
  answer = (req, res) => server.emit('request', req, res);
  return `${origin.replace('127.0.0.1', 'localhost')}/mcp`;
}

async function runSuite(url: string, version: string): Promise<string> {
  const [command = ''] = node?.command ?? [];
  const options = ['--url', url, '--suite', 'all', '--spec-version', version];
  const child = spawn(command, [SUITE, 'server', ...options], { cwd: tmpdir() });
  onTestFinished(() => void child.kill());
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  await once(child, 'close');
  return output;
}

test.each(node === undefined ? [] : ['2025-11-25', '2026-07-28'])(
  'the conformance suite of MCP %s passes behind the guard',
  async (version) => {
    const output = await runSuite(await openServer(), version);
    const lines = [...output.matchAll(/^([✓✗]) ([\w-]+): (\d+) passed, (\d+) failed$/gm)];
    const failed = lines.filter(([, mark, name = '']) => mark === '✗' && !OTHERS.test(name));
    expect(failed.map(([line]) => line)).toEqual([]);
    const passed = lines.filter(([, mark, , checks]) => mark === '✓' && Number(checks) > 0);
    expect(passed.length).toBeGreaterThan(20);
  },
);
