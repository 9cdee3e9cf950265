import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenClient, TokenError } from '@mandate/client';
import { type Listening, listen } from '@mandate/example-local-issuer';
import { AGENT, addFirstAgent, createPresence, GROUPS } from '@mandate/example-presence';
import { openSqlite } from '@mandate/sql/sqlite';
import type { Check } from './check.js';
import { checkSteps } from './check-steps.js';
import type { Page } from './guide.js';

/** The Presence Service of examples/presence, and how to log in at its page. */
export interface PresenceSite extends Listening {
  readonly username: string;
  readonly password: string;
  /** The agent's groups: a token is for one of them. */
  readonly groups: readonly [string, string];
}

/** Starts it with a database and a first agent that are gone when it ends. */
export async function openPresence(port: number): Promise<PresenceSite> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-'));
  const database = await openSqlite({ file: join(directory, 'presence.db') });
  const server = createServer();
  const listening = await listen(server, port);
  const presence = createPresence({
    origin: listening.url,
    database,
    keyEncryptionKey: randomBytes(32),
  });
  server.on('request', presence.app);
  const password = (await addFirstAgent(presence.directory)) ?? '';
  return {
    url: listening.url,
    username: AGENT,
    password,
    groups: GROUPS,
    close: async () => {
      await listening.close();
      await database.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Its lines in the guide. */
export function listPresencePages(site: PresenceSite): readonly Page[] {
  const { url, username, password, groups } = site;
  const logIn = `user ${username}, password ${password}, group ${groups[0]}`;
  const visitor = `${url}/visitor.html?groupid=${groups[0]}&visitorid=maya`;
  return [
    { name: 'Presence', url: `${url}/`, note: logIn },
    { name: 'Visitor', url: visitor, note: undefined },
  ];
}

/** Does what the agent's page does, with the same client. */
export async function checkPresence(site: PresenceSite): Promise<Check> {
  const [own, other] = site.groups;
  const createAgent = (password: string) =>
    createTokenClient({
      authorize: {
        webserver: `${site.url}/auth`,
        groupid: own,
        credentials: { username: site.username, password },
      },
      allowedOrigins: [site.url],
    });
  const agent = createAgent(site.password);
  const lookUp = async (group: string) => {
    const query = new URLSearchParams({ groupid: group, visitorid: 'maya' });
    const response = await agent.fetchWithToken(`${site.url}/lookupvisitor?${query}`);
    const { code, visitorpresent } = (await response.json()) as Record<string, unknown>;
    return `${response.status} ${code ?? `present: ${visitorpresent}`}`;
  };
  const visit = () => fetch(`${site.url}/visit?groupid=${own}&visitorid=maya`, { method: 'POST' });
  return checkSteps('Presence', [
    ['The page of agents', '200', async () => `${(await fetch(site.url)).status}`],
    ['Its script', '200', async () => `${(await fetch(`${site.url}/mandate-client.js`)).status}`],
    ['A log-in with a wrong password', 'invalid_credentials', () => logIn(createAgent('wrong'))],
    [`A log-in for group ${own}`, 'a token', () => logIn(agent)],
    [`A visitor of group ${own}`, '200 present: false', () => lookUp(own)],
    [
      'The same, while its page is open',
      '200 present: true',
      () => visit().then(() => lookUp(own)),
    ],
    [`A visitor of group ${other}`, '403 group_mismatch', () => lookUp(other)],
  ]);
}

async function logIn(agent: ReturnType<typeof createTokenClient>): Promise<string> {
  try {
    return (await agent.getToken()) === '' ? 'no token' : 'a token';
  } catch (error) {
    return error instanceof TokenError ? error.code : String(error);
  }
}
