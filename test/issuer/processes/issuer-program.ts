import type { AddressInfo } from 'node:net';
import { mountFetch } from '@mandate/express';
import {
  createAuthorizationHandler,
  createAuthorizationService,
  createSigningKeys,
} from '@mandate/issuer';
import { createSqlDirectory, createSqlSigningKeyStore } from '@mandate/sql/issuer';
import { openPostgres } from '@mandate/sql/postgres';
import express from 'express';
import { createProgramClock } from '../../support/program-clock.js';
import { AUDIENCE, ISSUER } from '../world.js';

// One of several instances of an authorization service, as an application would write it.
const [connectionString = '', startMs, rotateEverySeconds] = process.argv.slice(2);
const keyEncryptionKeys = [new Uint8Array(32).fill(7)];
const database = await openPostgres({ connectionString, timeoutMs: 60_000 });
const app = express();
const now = createProgramClock(app, Number(startMs));
const service = createAuthorizationService({
  issuer: ISSUER,
  directory: createSqlDirectory(database, { keyEncryptionKeys, now }),
  signingKeys: createSigningKeys({
    store: createSqlSigningKeyStore(database),
    keyEncryptionKeys,
    rotateEverySeconds: Number(rotateEverySeconds),
    now,
  }),
  services: { presence: { audience: AUDIENCE } },
  now,
});
app.use(mountFetch(createAuthorizationHandler({ service, onError: console.error })));
const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});
