import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connectCrm } from '@mandate/example-exports';
import { createStandInCrm } from '@mandate/example-exports/stand-in-crm';
import { type Listening, listen } from '@mandate/example-local-issuer';
import { createExports, type Exports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openSqlite } from '@mandate/sql/sqlite';
import express from 'express';
import type { AdministrationSite } from './administration.js';
import type { Check } from './check.js';
import { AdminBrowser } from './check-administration.js';
import { checkSteps } from './check-steps.js';
import { createEngagementsPage } from './engagements-page.js';
import type { Page } from './guide.js';

/** An application whose engagements are exported to a CRM, and the stand-in for that. */
export interface ExportSite extends Listening {
  readonly service: Exports;
  /** The page at which an administrator authorizes the export. */
  readonly authorizationPage: string;
  /** Where the CRM shows what arrived. */
  readonly crmUrl: string;
  /** Ends the sessions at the CRM: the next delivery finds its token rejected. */
  endSessions(this: void): void;
}

/** Starts both, with a database that is gone when they end. */
export async function openExports(
  administration: Pick<AdministrationSite, 'url' | 'callbackUrl'>,
  [port, crmPort]: readonly [number, number],
): Promise<ExportSite> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-'));
  const database = await openSqlite({ file: join(directory, 'exports.db') });
  const crm = createStandInCrm();
  const crmListening = await listen(createServer(crm.app), crmPort);
  const server = createServer();
  const listening = await listen(server, port);
  const crmExports = createExports({
    store: createSqlExportStore(database),
    keys: [randomBytes(32)],
    callbackUrl: administration.callbackUrl,
    allowLoopback: true, // the stand-in is on this machine
    onError: (error) => console.error(error),
  });
  const id = await connectCrm(crmExports, crm, crmListening.url);
  const authorizationPage = `${administration.url}/admin/exports/${id}`;
  const links = { authorization: authorizationPage, crm: crmListening.url };
  server.on('request', express().use(createEngagementsPage(crmExports, links)));
  crmExports.worker.start();
  return {
    url: listening.url,
    crmUrl: crmListening.url,
    service: crmExports,
    authorizationPage,
    endSessions: crm.endSessions,
    close: async () => {
      await Promise.all([listening.close(), crmExports.worker.stop()]);
      await crmListening.close();
      await database.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Its lines in the guide. */
export function listExportPages({ url, crmUrl }: ExportSite): readonly Page[] {
  const first = 'the CRM gets them after you authorize the export in the console';
  return [
    { name: 'Engagements', url: `${url}/`, note: first },
    { name: 'CRM', url: `${crmUrl}/`, note: undefined },
  ];
}

/** Does what people do in a browser. */
export function checkExports(
  { url, crmUrl, endSessions, authorizationPage }: ExportSite,
  administration: AdministrationSite,
): Promise<Check> {
  const browser = new AdminBrowser(administration);
  const logIn = (decision: string) => authorize(browser, authorizationPage, decision);
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
    ['An administrator', '303', async () => `${(await browser.logIn('admin')).status}`],
    ['A log-in at the CRM, and a no', 'denied', () => logIn('deny')],
    ['A log-in at the CRM', 'authorized', () => logIn('allow')],
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

/** Presses *Authorize export*, and follows the pages as a browser would. @returns how it ended. */
async function authorize(browser: AdminBrowser, page: string, decision: string): Promise<string> {
  const leaving = await (await browser.submit(page, `${page}/authorize`)).text();
  const crm = /href="([^"]+)" data-leave/.exec(leaving)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const body = new URLSearchParams({ decision });
  const decided = await fetch(crm, { method: 'POST', body, redirect: 'manual' });
  const back = await browser.get(decided.headers.get('location') ?? '');
  return /data-result="(\w+)"/.exec(await back.text())?.[1] ?? 'no result';
}
