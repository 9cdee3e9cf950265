import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ADMINS, openAdministration } from '../../examples/evaluate/src/administration.js';
import { checkAnswers } from '../../examples/evaluate/src/check.js';
import {
  AdminBrowser,
  checkAdministration,
} from '../../examples/evaluate/src/check-administration.js';
import { DecisionHistory } from '../../examples/evaluate/src/decision-history.js';
import { type Evaluation, startEvaluation } from '../../examples/evaluate/src/evaluation.js';
import { checkExports, openExports } from '../../examples/evaluate/src/exports.js';
import { writeGuide } from '../../examples/evaluate/src/guide.js';
import { openIssuedTokens } from '../../examples/evaluate/src/issued-tokens.js';
import { checkPresence } from '../../examples/evaluate/src/presence.js';
import { REQUESTS } from '../../examples/evaluate/src/requests.js';
import { writeRequests } from '../../examples/evaluate/src/requests-page.js';
import type { Variables } from '../../examples/evaluate/src/tokens.js';
import { listen } from '../../examples/local-issuer/src/listen.js';
import { runExample } from './run-example.js';

/** The names of the databases anywhere below a folder. */
function listDatabases(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((path) => path.endsWith('.db')).map((path) => basename(path));
}

describe('examples/evaluate, run from a shell', () => {
  test('--check finds every expected answer, and ends', async () => {
    const example = runExample('evaluate', ['--check']);
    expect(await example.exit).toBe(0);
    const total = 3 * REQUESTS.length;
    expect(example.output()).toContain(`\n${total} of ${total} answers are as announced.`);
    expect(example.output()).toContain('\n7 of 7 steps are as announced.');
    expect(example.output()).not.toContain('DIFFERS');
  });

  test('rejects an unknown option', async () => {
    const example = runExample('evaluate', ['--chek']);
    expect(await example.exit).toBe(1);
    expect(example.output()).toContain("'--chek'");
  });

  test('prints the guide, shows decisions, and ends cleanly when interrupted', async () => {
    const example = runExample('evaluate');
    await expect.poll(() => example.output()).toContain('Ctrl-C');
    const url = /(http:\S+)\/rest/.exec(example.output())?.[1];
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await expect.poll(() => example.output()).toMatch(/allowed {2}GET \/health/);
    example.process.kill('SIGINT');
    expect(await example.exit).toBe(0);
  });

  test('leaves no database when its terminal is closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mandate-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const example = runExample('evaluate', [], { TMPDIR: folder });
    await expect.poll(() => example.output()).toContain('Ctrl-C');
    expect(listDatabases(folder)).toContain('tokens.db');
    example.process.kill('SIGHUP');
    expect(await example.exit).toBe(0);
    expect(listDatabases(folder)).toEqual([]);
  });
});

describe('examples/evaluate', () => {
  let evaluation: Evaluation;
  beforeAll(async () => {
    evaluation = await startEvaluation();
  });
  afterAll(() => evaluation.close());

  test('reports an unexpected status and code, on each server', async () => {
    const search = REQUESTS.find(({ token }) => token === 'SEARCH')!;
    const code = { status: 403, code: 'scope_required' } as const;
    const user = { status: 200, for: 'maya@example.com' } as const;
    const { differences, report } = await checkAnswers(evaluation, [
      search,
      { ...search, answer: code },
      { ...search, answer: user },
      { ...search, token: 'CHAT', answer: { ...code, status: 401 } },
      { ...search, token: 'CHAT', answer: { ...code, code: 'token_invalid' } },
    ]);
    expect(differences).toBe(4 * 3);
    expect(report).toContain('Koa answered 200 for amelia@example.com');
    expect(report).toContain('Hono answered 403 scope_required');
    expect(report).toContain('3 of 15 answers are as announced.');
  });

  test('counts a server with an unreadable answer', async () => {
    const broken = createServer((_req, res) => res.end('<h1>Hello</h1>')).listen(0, '127.0.0.1');
    await once(broken, 'listening');
    const address = broken.address() as { port: number };
    const servers = [{ name: 'Koa', url: `http://127.0.0.1:${address.port}` }] as const;
    const { differences } = await checkAnswers({ ...evaluation, servers }, REQUESTS);
    expect(differences).toBe(REQUESTS.length);
    broken.closeAllConnections();
    broken.close();
  });

  test('rejects a log-in that is not a form, without the position in the source', async () => {
    const body = JSON.stringify({ user: 'root', password: evaluation.administration.password });
    const headers = { 'content-type': 'application/json' };
    const logIn = `${evaluation.administration.url}/log-in`;
    const response = await fetch(logIn, { method: 'POST', headers, body, redirect: 'manual' });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('admin-log-in');
  });

  test('rejects a log-in in plain words, and keeps the user name', async () => {
    const browser = new AdminBrowser(evaluation.administration);
    const page = await (await browser.logIn('root', 'wrong')).text();
    expect(page).toContain('The user name or the password is wrong.');
    expect(page).toContain('name="user" value="root"');
    expect(page).not.toContain('value="wrong"');
  });

  test('escapes the user name of a rejected log-in', async () => {
    const body = new URLSearchParams({ user: '"><script>', password: 'wrong' });
    const logIn = `${evaluation.administration.url}/log-in`;
    const page = await (await fetch(logIn, { method: 'POST', body })).text();
    expect(page).not.toContain('"><script>');
  });

  test('shows the latest decisions with their stages to administrators only', async () => {
    const { administration, servers, variables } = evaluation;
    const token = variables['SEARCH'] ?? 'none';
    for (const { url } of servers) {
      const headers = { authorization: `Bearer ${token}` };
      await fetch(`${url}/rest/api/v1/search`, { method: 'POST', headers });
      await fetch(`${url}/metrics`, { headers });
    }
    const browser = new AdminBrowser(administration);
    const rejected = await browser.get('/admin/decisions');
    expect(rejected.status).toBe(303);
    expect(rejected.headers.get('location')).toBe('/log-in?to=decisions');
    expect(await rejected.text()).not.toContain('/metrics');
    await browser.logIn('admin');
    const response = await browser.get('/admin/decisions');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const page = await response.text();
    expect(page.match(/endpoint_unmapped/g)?.length).toBeGreaterThanOrEqual(3);
    expect(page).toMatch(
      /POST .rest.api.v1.search.*Koa.*allowed.*<b>credentials<.b> a bearer token/s,
    );
    for (const secret of Object.values(variables)) expect(page).not.toContain(secret);
  });

  test('keeps the latest hundred decisions', async () => {
    const { servers, administration } = evaluation;
    const url = servers[0]?.url;
    for (let i = 0; i < 101; i++) await fetch(`${url}/health`);
    const browser = new AdminBrowser(administration);
    await browser.logIn('admin');
    const page = await (await browser.get('/admin/decisions')).text();
    expect(page.match(/<tr role="row"><th scope="row"/g)).toHaveLength(100);
  });

  test('names the port that it uses instead of an occupied one', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    const first = await listen(createServer(), 0);
    const port = Number(new URL(first.url).port);
    const second = await listen(createServer(), port);
    await Promise.all([first.close(), second.close()]);
    const other = new URL(second.url).port;
    expect(warn.mock.calls).toEqual([[`Port ${port} is taken: using ${other} instead.`]]);
  });

  test('does not let an admin issue a token with which its holder would count as a super admin', async () => {
    const { authority, close } = await openIssuedTokens();
    onTestFinished(close);
    const user = { permission: 'USER', userEmail: 'root@example.com' } as const;
    const token = { description: 'mine', scopes: ['TOKEN_ADMIN'], ...user };
    const created = authority.create(token, ADMINS.admin);
    await expect(created).rejects.toMatchObject({ code: 'invalid' });
  });

  test('checks that agents log in, and see the visitors of one group', async () => {
    expect(await checkPresence(evaluation.presence)).toMatchObject({ differences: 0 });
    const guide = writeGuide(evaluation);
    const visitor = /Visitor +(\S+)/.exec(guide)?.[1] ?? '';
    expect((await fetch(visitor)).status).toBe(200);
    expect(guide).toContain(evaluation.presence.password);
  });

  test('reports an agent who cannot log in and therefore sees no visitor', async () => {
    const site = { ...evaluation.presence, password: 'another' };
    const { differences, report } = await checkPresence(site);
    expect(differences).toBe(4);
    expect(report).toContain('Presence answered invalid_credentials');
  });

  test('checks that administrators log in, and that their tokens work until they are revoked', async () => {
    const { administration, servers } = evaluation;
    const check = await checkAdministration(administration, servers[0]!.url);
    expect(check).toMatchObject({ differences: 0 });
    const guide = writeGuide(evaluation);
    const response = await fetch(/Console +(\S+)/.exec(guide)?.[1] ?? '');
    expect(response.url).toMatch(/\/admin\/tokens$/);
    expect(await response.text()).toContain('href="/log-in"');
    expect(guide).toContain(administration.password);
  });

  test('reports an administrator who cannot log in, and who therefore does nothing', async () => {
    const site = { ...evaluation.administration, password: 'another' };
    const { differences, report } = await checkAdministration(site, evaluation.servers[0]!.url);
    expect(differences).toBe(6);
    expect(report).toContain('Administration answered 401, no secret');
  });

  test('checks that an export is authorized, and that engagements arrive afterwards', async () => {
    const { exports, administration } = evaluation;
    expect(await checkExports(exports, administration)).toMatchObject({ differences: 0 });
    const guide = writeGuide(evaluation);
    const crm = /CRM +(http:\S+)/.exec(guide)?.[1] ?? '';
    expect(await (await fetch(crm)).text()).toContain('reactive');
    const page = await (await fetch(evaluation.exports.url)).text();
    expect(page.match(/delivered/g)).toHaveLength(3);
  });

  test('reports that nothing arrives', async () => {
    const administration = await openAdministration(0);
    const site = await openExports(administration, [0, 0]);
    const tokens = await openIssuedTokens();
    administration.serve(tokens.authority, site.service, new DecisionHistory());
    onTestFinished(async () => {
      await Promise.all([site.close(), administration.close(), tokens.close()]);
    });
    const nowhere = { ...site, crmUrl: 'http://127.0.0.1:1' };
    const { differences, report } = await checkExports(nowhere, administration);
    expect(differences).toBe(3);
    expect(report).toContain('Exports answered nothing readable');
  });

  test('starts beside another one, on free ports', async () => {
    const second = await startEvaluation();
    const urls = [evaluation, second].flatMap(({ servers }) => servers.map(({ url }) => url));
    expect(new Set(urls).size).toBe(6);
    expect((await checkAnswers(second, REQUESTS)).differences).toBe(0);
    await second.close();
  });

  test('issues fresh tokens as its guide says', async () => {
    const guide = writeRequests(evaluation, REQUESTS);
    const query = /\$ISSUER(\/token\?[^"]+)/.exec(guide)?.[1];
    const response = await fetch(evaluation.issuerUrl + query);
    const variables = { ...evaluation.variables, SEARCH: await response.text() };
    const { differences } = await checkAnswers({ ...evaluation, variables }, REQUESTS);
    expect(differences).toBe(0);
  });

  test('prints a guide that fits a screen of 80 columns and 24 lines', async () => {
    const lines = writeGuide(evaluation).split('\n');
    expect(lines.length).toBeLessThanOrEqual(22);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('serves the other requests as a page', async () => {
    const url = /https?:\S+\/requests/.exec(writeGuide(evaluation))?.[0] ?? '';
    expect(await (await fetch(url)).text()).toBe(writeRequests(evaluation, REQUESTS));
  });

  test('prints one command that a shell reads as a request with a token', async () => {
    const lines = writeGuide(evaluation)
      .split('\n')
      .map((line) => line.trim());
    const commands = lines.filter((line) => /^(TOKEN=|curl|http:.*search$)/.test(line)).join('\n');
    const { stdout } = await promisify(execFile)('sh', ['-c', commands]);
    expect(stdout).toContain('200 OK');
    expect(stdout).toContain('"for":"amelia@example.com"');
  });

  test('prints commands that a shell reads as the requests that the check sends', () => {
    const { servers, variables } = evaluation;
    const lines = writeRequests(evaluation, REQUESTS).split('\n');
    const exports = lines.filter((line) => /^export (?!SEARCH=\$)/.test(line));
    const commands = lines.filter((line) => line.startsWith('curl'));
    const script = ['curl() { printf "%s|" "$@"; echo; }', ...exports, ...commands].join('\n');
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(words).toEqual(
      REQUESTS.map(({ method, target, token, actAs, body }) => {
        const post = method === 'POST' ? '-X|POST|' : '';
        const path = target.replace(/\$(\w+)/, (_, name: keyof Variables) => variables[name]);
        const authorization = token ? `-H|Authorization: Bearer ${variables[token]}|` : '';
        const json = body ? `-H|Content-Type: application/json|-d|${JSON.stringify(body)}|` : '';
        const acting = actAs ? `-H|X-Glean-ActAs: ${actAs}|` : '';
        return `-iw|\\n|${post}${servers[0]?.url}${path}|${authorization}${json}${acting}`;
      }),
    );
  });

  test('listens on loopback only', () => {
    for (const { url } of evaluation.servers) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { issuerUrl, presence, exports, administration } = evaluation;
    for (const url of [issuerUrl, presence.url, exports.url, exports.crmUrl, administration.url]) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    }
  });
});
