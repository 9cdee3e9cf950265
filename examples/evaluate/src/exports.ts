import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connectCrm, createApp } from '@mandate/example-exports';
import { createStandInCrm } from '@mandate/example-exports/stand-in-crm';
import { createExports } from '@mandate/exports';
import { createSqlExportStore, openSqlite } from '@mandate/sql';
import express from 'express';
import type { Check } from './check.js';
import { checkSteps } from './check-steps.js';
import { createEngagementsPage } from './engagements-page.js';
import { type Listening, listen } from './listen.js';

/** An application whose engagements are exported to a CRM, and the stand-in for that. */
export interface ExportSite extends Listening {
  /** Where the CRM shows what arrived. */
  readonly crmUrl: string;
  /** Ends the sessions at the CRM: the next delivery finds its token refused. */
  endSessions(this: void): void;
}

/** Starts both, with a database that is gone when they end. */
export async function openExports(port: number, crmPort: number): Promise<ExportSite> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-'));
  const database = await openSqlite({ file: join(directory, 'exports.db') });
  const crm = createStandInCrm();
  const crmListening = await listen(createServer(crm.app), crmPort);
  const server = createServer();
  const listening = await listen(server, port);
  const crmExports = createExports({
    store: createSqlExportStore(database),
    keys: [randomBytes(32)],
    callbackUrl: `${listening.url}/exports/callback`,
    allowLoopback: true, // the stand-in is on this machine
    onError: (error) => console.error(error),
  });
  const app = express();
  app.use(createEngagementsPage(crmExports, crmListening.url));
  app.use(createApp(crmExports, await connectCrm(crmExports, crm, crmListening.url)));
  server.on('request', app);
  crmExports.worker.start();
  return {
    url: listening.url,
    crmUrl: crmListening.url,
    endSessions: crm.endSessions,
    close: async () => {
      await Promise.all([listening.close(), crmExports.worker.stop()]);
      await crmListening.close();
      await database.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** What to open in a browser, and what to click there. */
export function writeExportsGuide({ url, crmUrl }: ExportSite): string {
  return [
    'Engagements that are exported to a CRM, once somebody has logged in there. Open both pages:',
    '',
    `  Engagements  ${url}/`,
    '               authorize the export, and complete an engagement',
    `  CRM          ${crmUrl}/`,
    '               shows it arriving',
    '',
  ].join('\n');
}

/** Does what a person does in a browser. */
export function checkExports({ url, crmUrl, endSessions }: ExportSite): Promise<Check> {
  const complete = () => fetch(`${url}/complete`, { method: 'POST', redirect: 'manual' });
  const count = async (page: string, pattern: RegExp): Promise<number> =>
    (await (await fetch(page)).text()).match(pattern)?.length ?? 0;
  const arrive = async (expected: number): Promise<string> => {
    await complete();
    const untilMs = Date.now() + 10_000;
    let arrived = 0;
    while (arrived < expected && Date.now() < untilMs) {
      arrived = await count(crmUrl, /reactive/g);
      if (arrived < expected) await wait(50);
    }
    return `${arrived} arrived`;
  };
  return checkSteps('Exports', [
    ['The page of engagements', '200', async () => `${(await fetch(url)).status}`],
    [
      'An engagement before the log-in',
      '303, 0 deliveries',
      async () =>
        `${(await complete()).status}, ${await count(url, /pending|delivered/g)} deliveries`,
    ],
    ['A log-in, and a no', 'denied', () => logIn(url, 'deny')],
    ['A log-in', 'authorized', () => logIn(url, 'allow')],
    ['An engagement', '1 arrived', () => arrive(1)],
    ['Another one', '2 arrived', () => arrive(2)],
    [
      'One that finds its session ended',
      '3 arrived',
      () => {
        endSessions();
        return arrive(3);
      },
    ],
  ]);
}

/** Follows the pages as a browser would. @returns what the last one says. */
async function logIn(url: string, decision: 'allow' | 'deny'): Promise<string> {
  const start = await fetch(`${url}/authorize`, { redirect: 'manual' });
  const [cookie = ''] = start.headers.get('set-cookie')?.split(';') ?? [];
  const page = start.headers.get('location') ?? '';
  const body = new URLSearchParams({ decision });
  const decided = await fetch(page, { method: 'POST', body, redirect: 'manual' });
  const back = await fetch(decided.headers.get('location') ?? '', { headers: { cookie } });
  return (await back.text()).trim();
}
