import { verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, createLocalKeySet } from '@mandate/core/jwt';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import {
  createMemoryTokenStore,
  createTokenAuthority,
  createTokenHasher,
  createTokenVerifier,
} from '@mandate/tokens';
import Database from 'libsql';
import pg from 'pg';
import { cpuPerCall, interleave, median, ratio } from '../support/interleave.mjs';
import { PATH, ROUTE } from '../support/policy.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { captureRequests, rememberTokens } from '../support/requests.mjs';
import { atLeast, atMost, microseconds } from '../support/table.mjs';
import { AUDIENCE, ISSUER, jwks, publicKeyObject, signTokens } from '../support/tokens.mjs';

const TOKENS = 100;
const TURNS = 31;
const MANY = 1_000_000;
const ADMIN = { subject: 'bench', isSuperAdmin: true };
const endpoints = { [`GET ${ROUTE}`]: { scopes: ['DOCUMENTS'] } };

/** Issued tokens: remembered ones against JWTs, new ones against the bare SELECT, few against many. */
export async function measure() {
  return [...(await measureRemembered()), ...(await measureSqlite()), ...(await measurePostgres())];
}

async function measureRemembered() {
  const store = createMemoryTokenStore();
  const verifiers = [
    createTokenVerifier({ store }),
    createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: createLocalKeySet(jwks) }),
  ];
  const guard = createGuard({ verifiers, endpoints });
  const jwts = await signTokens(TOKENS);
  const issued = await captureRequests(await createTokens(store, TOKENS), () => PATH);
  const signed = await captureRequests(jwts, () => PATH);
  await rememberTokens(guard, issued);
  await rememberTokens(guard, signed);
  const [data, signature] = splitJwt(jwts[0]);
  const costs = await interleave(
    {
      verify: () => cpuPerCall(() => verify('sha256', data, publicKeyObject, signature), 1000),
      issued: () => cpuPerCall((i) => guard.decide(issued[i % TOKENS]), 20_000),
      signed: () => cpuPerCall((i) => guard.decide(signed[i % TOKENS]), 20_000),
    },
    TURNS,
  );
  const numbers = (name) => microseconds(median(costs[name]), median(costs.issued));
  return [
    atLeast(
      '`guard.decide`, remembered issued token; rate against one RS256 `crypto.verify`',
      ratio(costs.verify, costs.issued),
      12,
      numbers('verify'),
    ),
    atMost(
      'the same against a remembered JWT behind the same guard',
      ratio(costs.issued, costs.signed),
      1.1,
      numbers('signed'),
    ),
  ];
}

async function measureSqlite() {
  const directory = mkdtempSync(join(tmpdir(), 'mandate-bench-'));
  const open = async (name, rows) => {
    const file = join(directory, name);
    const database = await openSqlite({ file });
    const connection = new Database(file);
    connection.exec(fillSqlite(rows));
    const bare = connection.prepare(SELECT.replace('$1', '?'));
    return createSide(database, (hash) => bare.get(hash));
  };
  // SQLite works in this very thread, so the time that the processor takes is all there is.
  const sides = [await open('few', 1000), await open('many', MANY)];
  const rows = await compareSides('SQLite', sides, cpuPerCall, 1000);
  rmSync(directory, { recursive: true });
  return rows;
}

async function measurePostgres() {
  const server = await startPostgres();
  const pools = [];
  const open = async (connectionString, rows) => {
    const database = await openPostgres({ connectionString });
    // With the timeouts of the store: they cost something too.
    const timeouts = { connectionTimeoutMillis: 1500, query_timeout: 1500 };
    const pool = new pg.Pool({ connectionString, ...timeouts });
    // Connections that end with the server are not a fault.
    pool.on('error', () => {});
    pools.push(pool);
    await fill(connectionString, rows);
    return createSide(database, (hash) =>
      pool.query({ name: 'bare', text: SELECT, values: [hash] }),
    );
  };
  const few = await open(server.connectionString, 1000);
  await pools[0].query('create database many');
  const many = await open(server.connectionString.replace(/postgres$/, 'many'), MANY);
  const rows = await compareSides('PostgreSQL', [few, many], timePerCall, 100);
  await Promise.all(pools.map((pool) => pool.end()));
  await server.stop();
  return rows;
}

/** Takes longer than any statement of a server may. */
async function fill(connectionString, rows) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(fillPostgres(rows));
  await client.query('analyze mandate_tokens');
  await client.end();
}

/** What an application would write that keeps the same tokens: no column more than a decision needs. */
const SELECT = `select id, permission, scopes, user_email, created_by, expires_at, revoked_at,
  allowed_addresses, previous_expires_at, token_groups from mandate_tokens where hash = $1`;
const COLUMNS =
  'id, description, permission, scopes, created_by, created_at, allowed_addresses, token_groups, hash, last_four, expires_order, used_order';

/** Tokens without a known secret, to fill a table. */
function fillSqlite(rows) {
  return `
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
    insert into mandate_tokens (${COLUMNS})
    select 'filler-' || i, 'filler', 'GLOBAL', '["DOCUMENTS"]', 'bench', i, '[]', '[]',
      'sha256:' || hex(randomblob(32)), 'last', 0, 0 from n`;
}

function fillPostgres(rows) {
  return `
    insert into mandate_tokens (${COLUMNS})
    select 'filler-' || i, 'filler', 'GLOBAL', '["DOCUMENTS"]', 'bench', i, '[]', '[]',
      'sha256:' || md5(random()::text) || md5(random()::text), 'last', 0, 0 from generate_series(1, ${rows}) i`;
}

/** A database, what it costs to verify a token that is not remembered, and the SELECT alone. */
async function createSide(database, bare) {
  const store = createSqlTokenStore(database);
  const verifier = createTokenVerifier({ store, cacheSize: 0 });
  const guard = createGuard({ verifiers: [verifier], endpoints });
  const secrets = await createTokens(store, TOKENS);
  const requests = await captureRequests(secrets, () => PATH);
  const { hash } = createTokenHasher();
  const hashes = secrets.map(hash);
  return {
    bare: (i) => bare(hashes[i % TOKENS]),
    decide: (i) => {
      const decision = guard.decide(requests[i % TOKENS]);
      return decision instanceof Promise ? decision.then(checkAllowed) : checkAllowed(decision);
    },
    close: async () => {
      await verifier.close();
      await database.close();
    },
  };
}

function checkAllowed(decision) {
  if (!decision.allowed) throw decision.error;
}

/** @param cost of one call of a function, measured by that many. */
async function compareSides(name, [few, many], cost, calls) {
  const costs = await interleave(
    {
      bare: () => cost(few.bare, calls),
      few: () => cost(few.decide, calls),
      many: () => cost(many.decide, calls),
    },
    TURNS,
  );
  await Promise.all([few.close(), many.close()]);
  return [
    atLeast(
      `${name}: \`guard.decide\`, issued token that is not remembered; rate against a bare prepared SELECT`,
      ratio(costs.bare, costs.few),
      0.9,
      microseconds(median(costs.bare), median(costs.few)),
    ),
    atMost(
      `${name}: the same with 1,000,000 tokens in the store against 1,000`,
      ratio(costs.many, costs.few),
      1.5,
      microseconds(median(costs.few), median(costs.many)),
    ),
  ];
}

/** Microseconds on the clock for one call after the other: the database works while we wait. */
async function timePerCall(work, count) {
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) await work(i);
  return ((performance.now() - startedAt) * 1000) / count;
}

async function createTokens(store, count) {
  const authority = createTokenAuthority({ store });
  const token = { description: 'bench', permission: 'USER', userEmail: 'a@example.com' };
  const secrets = [];
  for (let i = 0; i < count; i++) {
    const issued = await authority.create({ ...token, scopes: ['DOCUMENTS'] }, ADMIN);
    secrets.push(issued.secret);
  }
  return secrets;
}

function splitJwt(token) {
  const end = token.lastIndexOf('.');
  return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), 'base64url')];
}
