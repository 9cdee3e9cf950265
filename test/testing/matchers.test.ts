import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import {
  assertAccessFile,
  assertAllowedFor,
  assertDenied,
  createTestClient,
  createTestGuard,
  describeAccess,
  principal,
} from '@mandate/testing';
import { matchers } from '@mandate/testing/matchers';
import injectRequest from 'light-my-request';
import supertest from 'supertest';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createExpressApp, createHonoApp, ENDPOINTS } from './hosts.js';

expect.extend(matchers);
afterEach(() => vi.unstubAllEnvs());

const guard = createTestGuard({ endpoints: ENDPOINTS });
const app = createHonoApp(guard);
const client = createTestClient(app);
const reader = principal({ scopes: ['DOCUMENTS'] });
const matrix = await describeAccess(app, {
  guard,
  identities: { stranger: null, reader, admin: principal({ scopes: 'all' }) },
});

const get = () => client.request('/documents/1');
const remove = () => client.request('/documents/1', { method: 'DELETE' });

describe('toBeDenied', () => {
  test('takes responses of all kinds, and decisions', async () => {
    const listener = getRequestListener(app.fetch);
    const request = { method: 'GET', path: '/documents/1', header: () => undefined };
    for (const subject of [
      await get(),
      await supertest(createExpressApp(guard)).get('/documents/1'),
      await injectRequest(listener, { method: 'GET', url: '/documents/1' }),
      await guard.decide(request),
    ]) {
      await expect(subject).toBeDenied();
      await expect(subject).toBeDenied('credentials_missing');
      await expect(subject).not.toBeDenied('scope_required');
      await assertDenied(subject, 'credentials_missing');
    }
    for (const subject of [
      await guard.as(reader, get),
      await guard.as(reader, () => supertest(createExpressApp(guard)).get('/documents/1')),
      await guard.as(reader, () => guard.decide(request)),
    ]) {
      await expect(subject).not.toBeDenied();
      await expect(assertDenied(subject)).rejects.toThrow('and the answer is 200');
    }
  });

  test('leaves the body of a response to the test', async () => {
    const response = await get();
    await expect(response).toBeDenied();
    expect(await response.json()).toMatchObject({ code: 'credentials_missing' });
    expect(() => expect(response).toBeDenied()).toThrow('the body of the response was read');
  });

  test('says what was answered instead', async () => {
    const allowed = await guard.as(reader, get);
    await expect(expect(allowed).toBeDenied('scope_required')).rejects.toThrow(
      'expected the request to be denied with scope_required, and the answer is 200',
    );
    const denied = await guard.as(reader, remove);
    await expect(expect(denied).toBeDenied('token_expired')).rejects.toThrow(
      'and the answer is 403 scope_required',
    );
    await expect(expect(denied).not.toBeDenied()).rejects.toThrow('not to be denied');
    await expect(assertDenied(denied, 'token_expired')).rejects.toThrow('403 scope_required');
  });

  test('counts 401 and 403 without a code, and no other status', async () => {
    const answer = (status: number) => new Response('no', { status });
    await expect(answer(401)).toBeDenied();
    await expect(answer(403)).toBeDenied();
    await expect(answer(400)).not.toBeDenied();
    await expect(answer(503)).not.toBeDenied();
    await expect(expect(answer(403)).toBeDenied('scope_required')).rejects.toThrow(
      'whose body has no code of a guard',
    );
  });

  test('rejects what cannot be denied, and codes that do not exist', async () => {
    for (const subject of [undefined, null, 'denied', {}, 403]) {
      expect(() => matchers.toBeDenied.call({}, subject)).toThrow(TypeError);
      await expect(assertDenied(subject as never)).rejects.toThrow(TypeError);
    }
    const response = await get();
    expect(() => matchers.toBeDenied.call({}, response, 'scope_requird' as never)).toThrow(
      '"scope_requird" is not a code',
    );
    await expect(assertDenied(response, 'toString' as never)).rejects.toThrow('is not a code');
  });
});

describe('toBeAllowedFor', () => {
  test('counts each identity', () => {
    const documents = matrix.at('GET /documents/:id');
    expect(documents).toBeAllowedFor('reader', 'admin');
    expect(documents).not.toBeAllowedFor('stranger');
    expect(() => expect(documents).toBeAllowedFor('reader', 'stranger')).toThrow(
      'GET /documents/:id: reader gets allowed, stranger gets credentials_missing',
    );
    expect(() => expect(documents).not.toBeAllowedFor('stranger', 'reader')).toThrow(
      'reader gets allowed',
    );
    assertAllowedFor(documents, 'reader', 'admin');
    expect(() => assertAllowedFor(documents, 'admin', 'stranger')).toThrow(
      'stranger gets credentials_missing',
    );
  });

  test('rejects identities and endpoints that the matrix does not have', () => {
    const documents = matrix.at('GET /documents/:id');
    expect(() => expect(documents).not.toBeAllowedFor('raeder')).toThrow(
      'the matrix has no identity "raeder"; it has stranger, reader, admin',
    );
    expect(() => assertAllowedFor(documents, 'toString')).toThrow('no identity "toString"');
    expect(() => assertAllowedFor(documents)).toThrow('name at least one identity');
    expect(() => matchers.toBeAllowedFor.call({}, matrix as never, 'reader')).toThrow('pass a row');
    expect(() => matrix.at('GET /document')).toThrow('the matrix has no endpoint "GET /document"');
  });
});

describe('assertAccessFile', () => {
  test('compares with the file, and writes it only when asked to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mandate-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'access.txt');
    await expect(assertAccessFile(matrix, file)).rejects.toMatchObject({ code: 'ENOENT' });
    vi.stubEnv('UPDATE_ACCESS', '1');
    await assertAccessFile(matrix, file);
    vi.unstubAllEnvs();
    const written = await readFile(file, 'utf8');
    expect(written).toBe(matrix.toString());
    await assertAccessFile(matrix, file);
    await writeFile(file, written.replaceAll('\n', '\r\n'));
    await assertAccessFile(matrix, file);
    await writeFile(file, written.replace('scope_required', 'allowed'));
    await expect(assertAccessFile(matrix, file)).rejects.toThrow('scope_required');
  });
});
