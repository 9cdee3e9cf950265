// Exports engagements to a CRM that a person authorizes once. Undelivered events are kept in one SQLite file.
// Run `npm start` in this directory, and open the URLs that it prints.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createExports, type Exports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openSqlite } from '@mandate/sql/sqlite';
import express, { type Express } from 'express';
import { createStandInCrm, type StandInCrm } from './stand-in-crm.js';

export const SITE = 'site-1';

/** Configures the connection to the CRM, or updates the one that exists. */
export async function connectCrm(
  { connections }: Exports,
  crm: StandInCrm,
  crmUrl: string,
): Promise<string> {
  const [first] = await connections.list();
  const provider = {
    authorizationEndpoint: `${crmUrl}/services/oauth2/authorize`,
    tokenEndpoint: `${crmUrl}/services/oauth2/token`,
    clientId: crm.clientId,
    clientSecret: crm.clientSecret,
  };
  const connection =
    first === undefined
      ? (await connections.create({ ...provider, ...EXPORT })).connection
      : await connections.update(first.id, provider);
  crm.redirectUris.add(connection.redirectUri ?? '');
  return connection.id;
}

const EXPORT = {
  preset: 'salesforce',
  name: 'Engagements to the CRM',
  siteId: SITE,
  destination: {
    kind: 'salesforce',
    object: 'Engagement__c',
    externalIdField: 'EngagementId__c',
    fields: { Type__c: 'engagement.type', Ended__c: 'engagement.ended_at', Source__c: 'source' },
    apiVersion: 'v62.0',
  },
} as const;

/** The application: a person authorizes the export, and engagements are completed. */
export function createApp({ connections, enqueue }: Exports, connectionId: string): Express {
  const app = express();
  app.get('/authorize', async (_req, res) => {
    const session = randomBytes(24).toString('base64url');
    const options = { httpOnly: true, sameSite: 'lax', path: '/exports', maxAge: 600_000 } as const;
    res.cookie('export-login', session, options); // also set `secure` with TLS
    res.redirect((await connections.authorize(connectionId, session, 'a manager')).href);
  });
  app.get('/exports/callback/:serverId', async (req, res) => {
    const session = /(?:^|; )export-login=([\w-]+)/.exec(req.get('cookie') ?? '')?.[1] ?? '';
    const { searchParams } = new URL(req.originalUrl, 'http://localhost');
    const result = await connections.finishAuthorization(
      req.params.serverId,
      searchParams,
      session,
    );
    res.type('text').send(`${result}\n`);
  });
  app.post('/engagements', async (_req, res) => {
    const id = randomUUID();
    await enqueue(createEngagement(id)); // durable from here on
    res.status(202).json({ id });
  });
  return app;
}

/** The end of an engagement, in the documented export format. */
export function createEngagement(id: string): object {
  const now = new Date().toISOString();
  return {
    version: 'v1',
    export_type: 'engagement',
    site_id: SITE,
    engagement: { id, duration: 0, started_at: now, ended_at: now, type: 'reactive' },
    visitor: { id: randomUUID() },
    site: { id: SITE },
    operators: [{ id: 'operator-1', name: 'Jordan' }],
    source: 'chat_embed',
    platform: 'web',
    queue_wait_time: 0,
    queues: [],
    audio_used: false,
    video_used: false,
    cobrowsing_used: false,
    initiator: 'visitor',
  };
}

/** Reads the key from a file, and creates the file if it is missing. Keep it apart from the database. */
async function readKey(file: string): Promise<Uint8Array> {
  await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch(() => {});
  return new Uint8Array(await readFile(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { EXPORTS_FILE = 'exports.db', KEY_FILE = 'exports.key' } = process.env;
  const { PORT = '3000', CRM_PORT = '3001' } = process.env;
  const [url, crmUrl] = [PORT, CRM_PORT].map((port) => `http://127.0.0.1:${port}`) as [
    string,
    string,
  ];
  const crm = createStandInCrm();
  crm.app.listen(Number(CRM_PORT), '127.0.0.1');
  const crmExports = createExports({
    store: createSqlExportStore(await openSqlite({ file: EXPORTS_FILE })),
    keys: [await readKey(KEY_FILE)],
    callbackUrl: `${url}/exports/callback`,
    allowLoopback: true, // the stand-in is on this machine
    onEvent: (event) => console.log(event),
    onError: (error) => console.error(error),
  });
  const app = createApp(crmExports, await connectCrm(crmExports, crm, crmUrl));
  crmExports.worker.start();
  // Finishes requests that were sent. Other events wait in the file.
  const stop = () => crmExports.worker.stop().then(() => process.exit());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  app.listen(Number(PORT), '127.0.0.1', (error) => {
    if (error) throw error; // for example, the port is in use
    console.log(`1. Open in a browser to authorize the export: ${url}/authorize`);
    console.log(`2. Paste into another terminal: curl -X POST ${url}/engagements`);
    console.log(`3. See the engagement in the CRM: ${crmUrl}/`);
  });
}
