import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createGuard } from '@mandate/core';
import { createExports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { createSqlDirectory } from '@mandate/sql/issuer';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenHasher, createTokenVerifier } from '@mandate/tokens';
import { describe, expect, onTestFinished, test } from 'vitest';
import { engagement, SITE } from '../exports/support/events.js';
import { answer, createReceiver } from '../exports/support/receiver.js';
import { createRequest } from '../support/auth-request.js';
import { startPostgres } from '../support/postgres.js';
import { createFolder } from './folder.js';
import { type Ran, type RunOptions, run } from './run.js';

const postgres = await startPostgres();
const KEY = randomBytes(32).toString('base64');
const KEYS = { MANDATE_KEY_ENCRYPTION_KEYS: KEY };
/** Where no database is. */
const AWAY = 'postgres://u:s3cret@127.0.0.1:9/x';

/** A database without tables, and the commands on it. */
async function createPlace(kind: string) {
  const place =
    kind === 'SQLite' ? join(await createFolder(), 'mandate.db') : await postgres.createDatabase();
  const env = { MANDATE_DATABASE: place, MANDATE_KEY_ENCRYPTION_KEYS: KEY };
  const mandate = (line: string, options: RunOptions = {}): Promise<Ran> =>
    run(line.split(' '), { ...options, env: { ...env, ...options.env } });
  const open = async () => {
    const database =
      kind === 'SQLite'
        ? await openSqlite({ file: place })
        : await openPostgres({ connectionString: place, timeoutMs: 60_000, onError: null });
    onTestFinished(() => database.close());
    return database;
  };
  return { place, mandate, open };
}

describe.each(['SQLite', 'PostgreSQL'])('on %s', (kind) => {
  test('the tables are created, and only said to be with --dry-run', async () => {
    const { mandate } = await createPlace(kind);
    const dry = await mandate('db migrate --dry-run --json');
    expect(JSON.parse(dry.out).pending).not.toEqual([]);
    expect((await mandate('tokens list')).code).toBe(2);
    expect(JSON.parse((await mandate('db migrate --json')).out).applied).toContain('001_tokens');
    expect((await mandate('db migrate')).out).toBe('the tables are current');
    const version = await mandate('db version');
    expect(version).toMatchObject({ code: 0 });
    expect(version.out).toContain('001_tokens');
  });

  test('a token is created, works, is listed, rotated, revoked and audited', async () => {
    const { mandate, open } = await createPlace(kind);
    await mandate('db migrate');
    const created = await mandate(
      'tokens create --description nightly --scopes READ,WRITE --user ada@example.com --as ops',
    );
    expect(created).toMatchObject({ code: 0, out: expect.stringMatching(/^mdt_\S+$/) });
    const database = await open();
    const guard = createGuard({
      verifiers: [createTokenVerifier({ store: createSqlTokenStore(database) })],
      endpoints: { 'GET /': { scopes: ['READ'] } },
    });
    const ask = async (token: string) => {
      const decision = await guard.decide(createRequest({ token }));
      return decision.allowed ? 'allowed' : decision.error.code;
    };
    expect(await ask(created.out)).toBe('allowed');

    const listed = await mandate('tokens list --status active --json');
    const [token] = JSON.parse(listed.out);
    expect(token).toMatchObject({ description: 'nightly', lastFour: created.out.slice(-4) });
    expect(listed.out).not.toContain(created.out);
    const table = await mandate('tokens list');
    expect(table.out.split('\n')).toHaveLength(2);
    expect(table.out).toContain('ada@example.com');

    const rotated = await mandate(`tokens rotate ${token.id} --overlap 0`);
    expect(rotated.out).not.toBe(created.out);
    expect(await ask(rotated.out)).toBe('allowed');
    expect(await mandate(`tokens revoke ${token.id}`)).toMatchObject({ code: 0 });
    const audit = await mandate(`tokens audit ${token.id} --json`);
    expect(JSON.parse(audit.out).map(({ action }: { action: string }) => action)).toEqual([
      'revoked',
      'rotated',
      'created',
    ]);
    expect(JSON.parse(audit.out).at(-1).by).toBe('ops');
  });

  test('all tokens of a user are revoked, more than one page of them', async () => {
    const { mandate } = await createPlace(kind);
    await mandate('db migrate');
    for (let count = 0; count < 3; count++) {
      await mandate('tokens create --description a --scopes READ --user ada@example.com');
    }
    await mandate('tokens create --description b --scopes READ --user bob@example.com');
    const revoked = await mandate('tokens revoke --user ada@example.com --json');
    expect(JSON.parse(revoked.out)).toHaveLength(3);
    const left = await mandate('tokens list --status active --json');
    expect(JSON.parse(left.out)).toHaveLength(1);
    expect((await mandate('tokens list --user nobody@example.com')).err).toBe('nothing found');
  });

  test('a token is hashed with the pepper of the servers', async () => {
    const { mandate, open } = await createPlace(kind);
    await mandate('db migrate');
    const key = randomBytes(32);
    const env = { MANDATE_TOKEN_PEPPERS: `p1:${key.toString('base64')}` };
    const { out } = await mandate(
      'tokens create --description a --scopes READ --user a@b.example',
      { env },
    );
    const store = createSqlTokenStore(await open());
    const hasher = createTokenHasher([{ id: 'p1', key }]);
    expect(await store.find(hasher.hashes(out))).toBeDefined();
    expect(await store.find(createTokenHasher().hashes(out))).toBeUndefined();
  });

  test('users, memberships, API keys and signing keys are administered', async () => {
    const { mandate, open } = await createPlace(kind);
    await mandate('db migrate');
    const directory = createSqlDirectory(await open(), {
      keyEncryptionKeys: [Buffer.from(KEY, 'base64')],
    });
    await directory.putGroup({ id: '1001', services: ['presence'] });
    const put = await mandate('users put u1 ada --password', { stdin: 'correct horse battery\n' });
    expect(put).toMatchObject({ code: 0, out: 'user u1 is stored' });
    expect(await mandate('users join u1 1001 --scopes VIEW')).toMatchObject({ code: 0 });
    expect(JSON.parse((await mandate('users list --group 1001 --json')).out)).toEqual([
      expect.objectContaining({ id: 'u1', username: 'ada' }),
    ]);
    const added = await mandate('api-keys add 1001');
    expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^\S{16,}$/) });
    expect(await mandate('api-keys remove 1001', { stdin: added.out })).toMatchObject({ code: 0 });
    expect(await mandate('users remove u1')).toMatchObject({ code: 0 });

    const before = JSON.parse((await mandate('signing-keys list --json')).out);
    expect(before).toHaveLength(1);
    const after = JSON.parse((await mandate('signing-keys rotate --json')).out);
    expect(after).toHaveLength(2);
    // A second rotation changes nothing while the next key waits.
    expect(JSON.parse((await mandate('signing-keys rotate --json')).out)).toEqual(after);
    const { kid } = before[0];
    const left = JSON.parse((await mandate(`signing-keys withdraw ${kid} --json`)).out);
    expect(left.map((one: { kid: string }) => one.kid)).not.toContain(kid);
    expect(await mandate('signing-keys withdraw unknown')).toMatchObject({ code: 1 });
  });

  test('connections are listed, disabled, and their dead deliveries replayed', async () => {
    const { mandate, open } = await createPlace(kind);
    await mandate('db migrate');
    const receiver = await createReceiver();
    receiver.always(answer(422));
    const crmExports = createExports({
      store: createSqlExportStore(await open()),
      keys: [randomBytes(32)],
      callbackUrl: 'https://app.example.com/callback',
      allowLoopback: true,
      onEvent: null,
      onError: null,
    });
    const { connection } = await crmExports.connections.create({
      preset: 'generic',
      grantType: 'none',
      name: 'Events',
      siteId: SITE,
      destination: { kind: 'webhook', url: `${receiver.origin}/events` },
    });
    await crmExports.enqueue(engagement('e-1'));
    const listed = await mandate('connections list --json');
    expect(JSON.parse(listed.out)).toEqual([
      expect.objectContaining({ id: connection.id, status: 'active', waiting: 1, dead: 0 }),
    ]);
    expect((await mandate('deliveries list')).out).toContain('e-1');
    await crmExports.worker.runOnce();
    const dead = JSON.parse((await mandate('deliveries list --status dead --json')).out);
    expect(dead).toHaveLength(1);
    expect((await mandate('deliveries replay')).code).toBe(2);
    expect(await mandate(`deliveries replay --connection ${connection.id}`)).toMatchObject({
      code: 0,
      out: '1 replayed; a running worker sends them',
    });
    expect((await mandate('deliveries replay --all')).code).toBe(1);
    expect((await mandate(`connections disable ${connection.id}`)).out).toContain('is disabled');
    expect((await mandate(`connections enable ${connection.id}`)).out).toContain('is active');
    expect(await mandate('connections enable unknown')).toMatchObject({ code: 1, out: '' });
  });
});

test('a SQLite database is backed up while it is open', async () => {
  const { mandate, place } = await createPlace('SQLite');
  await mandate('db migrate');
  await mandate('tokens create --description a --scopes READ --user ada@example.com');
  const file = `${place}.copy`;
  expect(await mandate(`db backup ${file}`)).toMatchObject({ code: 0, out: `wrote ${file}` });
  const copied = await run(['tokens', 'list', '--json', '--database', file]);
  expect(JSON.parse(copied.out)).toHaveLength(1);
  expect(await mandate(`db backup ${file}`)).toMatchObject({ code: 2 });
});

test('PostgreSQL is backed up by its own program', async () => {
  const { mandate } = await createPlace('PostgreSQL');
  expect(await mandate('db backup copy.db')).toMatchObject({
    code: 2,
    err: 'mandate: backup is for SQLite; use pg_dump for PostgreSQL',
  });
});

describe('bad input', () => {
  test.each([
    ['tokens list', {}, 'no database'],
    ['tokens list --database postgres://u:s3cret@127.0.0.1/x', {}, 'a URL can hold a password'],
    [
      'tokens list --database /does/not/exist.db',
      {},
      'does not exist; mandate db migrate creates it',
    ],
    ['tokens list', { MANDATE_DATABASE: 'postgres://u:s3cret@127.0.0.1:9/x' }, 'cannot be opened'],
    ['tokens create --description a', {}, "required option '--scopes <names>' not specified"],
    ['tokens create --description a --scopes A --expires tomorrow', {}, 'a date with a zone'],
    ['tokens list --limit 0', {}, 'a whole number from 1 to 100000'],
    ['tokens list --status dead', {}, 'active, expired, revoked'],
    ['tokens', {}, 'Usage: mandate tokens'],
    ['token list', {}, "unknown command 'token'"],
    ['tokens list --colour', {}, "unknown option '--colour'"],
    ['db migrate now', {}, 'too many arguments'],
    ['db backup', {}, 'missing required argument'],
    ['users list', {}, 'no database'],
    ['users put u1', {}, 'missing required argument'],
    ['users join u1', {}, 'missing required argument'],
    ['users list', { MANDATE_DATABASE: AWAY, ...KEYS }, 'cannot be opened'],
    ['api-keys add', KEYS, 'missing required argument'],
    ['api-keys add g', { MANDATE_DATABASE: AWAY, ...KEYS }, 'cannot be opened'],
    ['signing-keys list', { MANDATE_DATABASE: AWAY, ...KEYS }, 'cannot be opened'],
    ['signing-keys withdraw', KEYS, 'missing required argument'],
    ['connections list', { MANDATE_DATABASE: AWAY }, 'cannot be opened'],
    ['connections enable', {}, 'missing required argument'],
    ['deliveries list --status sent', {}, 'It must be pending, delivered, dead'],
    ['deliveries replay --all', { MANDATE_DATABASE: AWAY }, 'cannot be opened'],
  ])('is one clear error: %s', async (line, env, message) => {
    const { code, out, err } = await run(line.split(' '), { env });
    expect(code).toBeGreaterThanOrEqual(2);
    expect(err).toContain(message);
    expect(`${out}${err}`).not.toMatch(/s3cret|\n\s+at /);
  });

  test.each([
    ['missing', {}, 'MANDATE_KEY_ENCRYPTION_KEYS'],
    ['too short', { MANDATE_KEY_ENCRYPTION_KEYS: 's3cret' }, '32 bytes'],
  ])('a key-encryption key that is %s is one clear error', async (_what, keys, message) => {
    const { mandate, place } = await createPlace('SQLite');
    await mandate('db migrate');
    const env = { MANDATE_DATABASE: place, ...keys };
    for (const line of ['users list', 'api-keys add g', 'signing-keys list']) {
      const { code, err } = await run(line.split(' '), { env });
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
      expect(err).not.toContain('s3cret');
    }
  });

  test('rejected tokens are exit code 1, with the reason', async () => {
    const { mandate } = await createPlace('SQLite');
    await mandate('db migrate');
    expect(await mandate('tokens create --description a --scopes READ')).toMatchObject({
      code: 1,
      err: expect.stringContaining('user'),
    });
    expect(await mandate('tokens rotate unknown')).toMatchObject({ code: 1 });
    expect(await mandate('tokens revoke')).toMatchObject({ code: 2 });
    expect(
      await mandate('users list', { env: { MANDATE_KEY_ENCRYPTION_KEYS: 'c2hvcnQ=' } }),
    ).toMatchObject({
      code: 2,
      err: expect.stringContaining('keys of 32 bytes in base64'),
    });
  });
});
