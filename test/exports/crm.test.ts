import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Crm, type CrmOptions, startCrm } from '../support/crm/crm.js';

// The stand-in has to be as strict as what it stands for, or the tests with it prove nothing.

const VERIFIER = 'v'.repeat(43);
const REDIRECT_URI = 'https://app.example.com/callback/1';

async function start(options?: CrmOptions): Promise<Crm> {
  const crm = await startCrm(options);
  onTestFinished(() => crm.close());
  crm.redirectUris.add(REDIRECT_URI);
  return crm;
}

function toAuthorizationUrl(crm: Crm): URL {
  const url = new URL(crm.authorizationEndpoint);
  const challenge = createHash('sha256').update(VERIFIER).digest('base64url');
  const parameters = { response_type: 'code', client_id: crm.clientId, state: 'a-state' };
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  for (const [name, value] of Object.entries({ ...parameters, ...pkce })) {
    url.searchParams.set(name, value);
  }
  url.searchParams.set('redirect_uri', REDIRECT_URI);
  return url;
}

async function post(crm: Crm, form: Record<string, string>) {
  const client = { client_id: crm.clientId, client_secret: crm.clientSecret };
  const body = new URLSearchParams({ ...client, ...form });
  const response = await fetch(crm.tokenEndpoint, { method: 'POST', body });
  return (await response.json()) as Record<string, string>;
}

const refresh = (crm: Crm, token = '') =>
  post(crm, { grant_type: 'refresh_token', refresh_token: token });

async function logIn(crm: Crm, verifier: string | undefined = VERIFIER) {
  const code = (await crm.approve(toAuthorizationUrl(crm))).searchParams.get('code') ?? '';
  const pkce: Record<string, string> = verifier === '' ? {} : { code_verifier: verifier };
  const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, ...pkce };
  return { form, tokens: await post(crm, form) };
}

async function upsert(crm: Crm, token = '', body = '{"Type__c":"chat"}', version = 62) {
  const path = `/services/data/v${version}.0/sobjects/Engagement__c/Id__c/e-1`;
  const response = await fetch(`${crm.url}${path}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('the stand-in for the CRM', () => {
  let crm: Crm;
  beforeEach(async () => {
    crm = await start();
  });

  test('checks PKCE both ways', async () => {
    expect((await logIn(crm, 'w'.repeat(43))).tokens).toMatchObject({ error: 'invalid_request' });
    expect((await logIn(crm, '')).tokens).toMatchObject({ error: 'invalid_grant' });
    const { tokens } = await logIn(crm);
    expect(tokens).toMatchObject({ token_type: 'Bearer', instance_url: crm.url });
    expect(tokens).not.toHaveProperty('expires_in');
  });

  test('rejects a redirect URI that differs in one character', async () => {
    const url = toAuthorizationUrl(crm);
    url.searchParams.set('redirect_uri', `${REDIRECT_URI}/`);
    await expect(crm.approve(url)).rejects.toThrow('400');
  });

  test('accepts a code once, and ends the grant if it is repeated', async () => {
    const { form, tokens } = await logIn(crm);
    expect(await post(crm, form)).toMatchObject({ error: 'invalid_grant' });
    expect((await upsert(crm, tokens.access_token)).status).toBe(401);
  });

  test('rotates refresh tokens, and ends the grant if a rotated one is used', async () => {
    const { tokens } = await logIn(crm);
    const second = await refresh(crm, tokens.refresh_token);
    expect(second.refresh_token).not.toBe(tokens.refresh_token);
    expect((await upsert(crm, second.access_token)).status).toBe(201);
    expect(await refresh(crm, tokens.refresh_token)).toMatchObject({ error: 'invalid_grant' });
    expect((await upsert(crm, second.access_token)).status).toBe(401);
    expect(await refresh(crm, second.refresh_token)).toMatchObject({ error: 'invalid_grant' });
  });

  test('rejects a refresh while another with the same token is running', async () => {
    const { tokens } = await logIn(crm);
    const both = await Promise.all([1, 2].map(() => refresh(crm, tokens.refresh_token)));
    expect(both.map(({ error_description }) => error_description).sort()).toEqual([
      'token request is already being processed',
      undefined,
    ]);
  });

  test('ends the oldest of five grants at the sixth', async () => {
    const first = await logIn(crm);
    for (let i = 0; i < 5; i += 1) await logIn(crm);
    expect(crm.grants.map(({ isRevoked }) => isRevoked).filter(Boolean)).toHaveLength(1);
    expect(await refresh(crm, first.tokens.refresh_token)).toMatchObject({
      error: 'invalid_grant',
      error_description: 'expired access/refresh token',
    });
  });

  test('upserts by external id', async () => {
    const { access_token } = (await logIn(crm)).tokens;
    expect((await upsert(crm, access_token)).status).toBe(201);
    expect(await upsert(crm, access_token)).toMatchObject({
      status: 200,
      body: { created: false },
    });
    expect((await upsert(crm, access_token, '{}', 45)).status).toBe(204);
    expect(crm.records.get('e-1')).toMatchObject({ writes: 3, fields: { Type__c: 'chat' } });
    crm.ambiguous.add('e-1');
    expect((await upsert(crm, access_token)).status).toBe(300);
    expect(await upsert(crm, access_token, '{"Id__c":1}')).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_FIELD' }],
    });
    crm.killSessions();
    expect(await upsert(crm, access_token)).toMatchObject({
      status: 401,
      body: [{ errorCode: 'INVALID_SESSION_ID' }],
    });
  });

  test('fails on demand, and does the work first only for a lost answer', async () => {
    const { tokens } = await logIn(crm);
    for (const fault of ['error', 'close', 'garbage', 'unavailable'] as const) {
      crm.fail('token', fault);
      await refresh(crm, tokens.refresh_token).catch(() => undefined);
    }
    expect(crm.grants[0]?.refreshToken).toBe(tokens.refresh_token);
    crm.fail('token', 'lose');
    await expect(refresh(crm, tokens.refresh_token)).rejects.toThrow();
    expect(crm.grants[0]?.rotated.has(tokens.refresh_token ?? '')).toBe(true);
  });

  test('checks its client and the address of the client', async () => {
    const { tokens } = await logIn(crm);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    expect(await post(crm, { ...form, client_secret: 'a' })).toMatchObject({
      error: 'invalid_client',
    });
    crm.rejectsAddress = true;
    expect(await post(crm, form)).toMatchObject({ error_description: 'ip restricted' });
  });
});

test('a stand-in without rotation sends no refresh token with a refresh', async () => {
  const crm = await start({ rotation: false, expiresInSeconds: 60 });
  const { tokens } = await logIn(crm);
  expect(tokens).toMatchObject({ expires_in: 60 });
  expect(await refresh(crm, tokens.refresh_token)).not.toHaveProperty('refresh_token');
});
