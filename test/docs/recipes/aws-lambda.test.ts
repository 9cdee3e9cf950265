import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import express from 'express';
import serverless from 'serverless-http';
import { describe, expect, test, vi } from 'vitest';
import { type ServedIssuer, serveIssuer } from '../../support/serve-issuer.js';
import { writePrograms } from '../start-program.js';

const GUIDE = 'packages/core/docs/recipes/aws-lambda.md';
const ROWS = readRows();

type Handler = (event: object, context: object) => Promise<APIGatewayProxyStructuredResultV2>;

interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * The event that an HTTP API makes of a request, as its documentation shows it:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
 * The path is decoded, although that page does not say so.
 */
function toEvent(target: string, { method = 'GET', token, headers, body }: Call) {
  const [encoded = '', query = ''] = target.split('?');
  const path = decodeURIComponent(encoded);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: 'id.execute-api.us-east-1.amazonaws.com',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api-id',
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'id',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.9',
        userAgent: 'agent',
      },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: 1583348638390,
    },
    ...(body !== undefined && { body: Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined,
  } satisfies APIGatewayProxyEventV2;
}

/** The rows of the table about paths: what is asked for, `rawPath`, and what each framework does. */
function readRows(): readonly (readonly string[])[] {
  const page = readFileSync(new URL(`../../../${GUIDE}`, import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Paths arrive decoded');
  return [...section.matchAll(/^\| `\/.*$/gm)].map(([row]) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe.each(['express', 'hono'] as const)('the recipe for AWS Lambda: %s', (framework) => {
  async function load() {
    const issuer = await serveIssuer();
    const open = await writePrograms(GUIDE, { 'https://sso.example.com/': issuer.issuer });
    const { handler } = (await open(`${framework}.ts`)) as { handler: Handler };
    const ask = async (target: string, call: Call = {}) => {
      const result = await handler(toEvent(target, call), {});
      const answer = JSON.parse(String(result.body));
      const answered = result.statusCode === 200 ? answer : `${result.statusCode} ${answer.code}`;
      return { answered, headers: result.headers ?? {} };
    };
    return { ...issuer, ask };
  }

  const tokensOf = async ({ issue }: Pick<ServedIssuer, 'issue'>) => ({
    reader: await issue({ scope: 'READ' }),
    admin: await issue({ scope: 'ADMIN' }),
  });

  test.each(ROWS)('%s arrives as %s', async (target, rawPath, ...wanted) => {
    const { ask, ...issuer } = await load();
    expect(toEvent(target as string, {}).rawPath).toBe(rawPath);
    const { reader, admin } = await tokensOf(issuer);
    const answers = {
      reader: (await ask(target as string, { token: reader })).answered,
      admin: (await ask(target as string, { token: admin })).answered,
    };
    const shown = wanted[framework === 'express' ? 0 : 1] as string;
    if (shown === 'as /admin') {
      expect(answers).toEqual({ reader: '403 scope_required', admin: { admin: 'ada' } });
    } else if (shown.startsWith('the document ')) {
      const document = shown.replace('the document ', '');
      expect(answers).toEqual({ reader: { document }, admin: '403 scope_required' });
    } else {
      expect(answers).toEqual({ reader: shown, admin: shown });
    }
  });

  test('rejects tokens that do not count', async () => {
    const { ask, issue } = await load();
    const stranger = await ask('/documents/7');
    expect(stranger.answered).toBe('401 credentials_missing');
    expect(stranger.headers['www-authenticate']).toBe('Bearer');
    const expired = await issue({ scope: 'READ', exp: 1 });
    expect((await ask('/documents/7', { token: expired })).answered).toBe('401 token_expired');
    expect((await ask('/documents/7', { token: 'a' })).answered).toBe('401 token_invalid');
    const token = await issue({ scope: 'READ' });
    const twice = { authorization: `Bearer ${token},Bearer ${token}` };
    expect((await ask('/documents/7', { headers: twice })).answered).toBe(
      '400 credentials_malformed',
    );
    expect((await ask('/prod/documents/7', { token })).answered).toBe('403 endpoint_unmapped');
  });

  test('leaves the body to the handler', async () => {
    const { ask, issue } = await load();
    const call = {
      method: 'POST',
      token: await issue({ scope: 'WRITE' }),
      headers: { 'content-type': 'application/json' },
      body: '{"text":"ä"}',
    };
    expect((await ask('/notes', call)).answered).toEqual({ by: 'ada', text: 'ä' });
  });
});

test('the option basePath of serverless-http cuts off more than a prefix', async () => {
  const app = express().get('/admin', (_req, res) => res.send('admin'));
  const handler = serverless(app, { basePath: '/v1' }) as Handler;
  expect(await handler(toEvent('/x/v1/admin', {}), {})).toMatchObject({ body: 'admin' });
});

test('the recipe for AWS Lambda answers 503 if the keys cannot be fetched', async () => {
  const { issue } = await serveIssuer();
  const silent = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const [, claims = ''] = (await issue()).split('.');
  const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const gone = `${iss}/gone`;
  const open = await writePrograms(GUIDE, { 'https://sso.example.com/': gone });
  const { handler } = (await open('express.ts')) as { handler: Handler };
  const token = await issue({ iss: gone, scope: 'READ' });
  const result = await handler(toEvent('/documents/7', { token }), {});
  expect(result.statusCode).toBe(503);
  expect(result.headers).toHaveProperty('retry-after');
  silent.mockRestore();
});
