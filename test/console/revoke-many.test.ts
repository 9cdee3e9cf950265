import { TokenAuthorityError } from '@mandate/tokens';
import { describe, expect, test, vi } from 'vitest';
import { ADMIN } from '../tokens/issue.js';
import { openConsole } from './open-console.js';

const toText = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

describe('several tokens', () => {
  test('are revoked at once, after a confirmation', async () => {
    const opened = openConsole();
    const ids: string[] = [];
    for (const description of ['first', 'second', 'third']) {
      ids.push((await opened.issue({ description })).token.id);
    }
    const chosen = ids.slice(0, 2).map((id) => ['ids', id] as const);
    const asked = await opened.browser.submit('/tokens', '/tokens/revoke', chosen);
    const question = await asked.text();
    expect(question).toContain('Revoke these 2 tokens?');
    expect((await opened.authority.get(ids[0]!)).revokedAt).toBeUndefined();
    const formToken = /name="formToken" value="([^"]+)"/.exec(question)![1]!;
    const fields = [['formToken', formToken], ['confirmed', 'yes'], ...chosen] as const;
    const response = await opened.browser.post('/tokens/revoke', fields);
    expect(response.status).toBe(200);
    const page = toText(await response.text());
    expect(page).toContain('2 tokens are revoked.');
    expect(page).toMatch(/first ends in \w{4} Revoked .*second ends in \w{4} Revoked/);
    expect(page).not.toContain('Try again');
    const revoked = await opened.authority.list({ status: 'revoked' }, { limit: 9 });
    expect(revoked.items.map(({ description }) => description)).toEqual(['second', 'first']);
  });

  test.each([
    [[], 400],
    [[['ids', '../x']], 400],
    [[['ids', 'unknown']], 404],
    [Array.from({ length: 26 }, (_, i) => ['ids', `id-${i}`]), 400],
  ] as [[string, string][], number][])(
    'cannot be revoked with the selection %#',
    async (ids, status) => {
      const { browser, issue } = openConsole();
      await issue();
      const fields: [string, string][] = [['confirmed', 'yes'], ...ids];
      expect((await browser.submit('/tokens', '/tokens/revoke', fields)).status).toBe(status);
    },
  );

  test('that are revoked already are not revoked again', async () => {
    const { browser, issue, authority } = openConsole();
    const { token } = await issue();
    await issue();
    await authority.revoke(token.id, ADMIN);
    const fields = [['ids', token.id]] as const;
    expect((await browser.submit('/tokens', '/tokens/revoke', fields)).status).toBe(409);
    expect(await browser.text('/tokens')).not.toContain(`value="${token.id}"`);
  });

  test('cannot be revoked by a forged form', async () => {
    const { browser, issue, authority } = openConsole();
    const { token } = await issue();
    const fields = [
      ['ids', token.id],
      ['confirmed', 'yes'],
      ['formToken', 'forged'],
    ] as const;
    expect((await browser.post('/tokens/revoke', fields)).status).toBe(403);
    expect((await authority.get(token.id)).revokedAt).toBeUndefined();
  });

  /** Confirms the revocation of five tokens, of which the store fails to revoke some. */
  async function revokeFive(failures: Readonly<Record<string, Error>>) {
    const opened = openConsole();
    const ids: string[] = [];
    for (const description of ['one', 'two', 'three', 'four', 'five']) {
      ids.push((await opened.issue({ description })).token.id);
    }
    const revoke = opened.store.revoke.bind(opened.store);
    const broken = vi.spyOn(opened.store, 'revoke').mockImplementation(async (change) => {
      const { description } = await opened.authority.get(change.tokenId);
      if (failures[description] !== undefined) throw failures[description];
      return revoke(change);
    });
    const fields = [['confirmed', 'yes'], ...ids.map((id) => ['ids', id] as const)] as const;
    const response = await opened.browser.submit('/tokens', '/tokens/revoke', fields);
    const html = await response.text();
    return { ...opened, ids, broken, response, html, page: toText(html) };
  }

  test('show which of them were not revoked when the store fails, and offer those again', async () => {
    const failure = new Error('connect ECONNREFUSED 10.0.0.1');
    const { response, html, page, ids, faults, authority, browser, broken } = await revokeFive({
      three: failure,
    });
    expect(response.status).toBe(503);
    expect(page).toContain('2 of 5 tokens are revoked.');
    expect(page).toMatch(/one ends in \w{4} Revoked .*two ends in \w{4} Revoked/);
    expect(page).toMatch(/three ends in \w{4} Not revoked The database failed/);
    expect(page).toMatch(
      /four ends in \w{4} Not revoked Not tried, .*five ends in \w{4} Not revoked/,
    );
    expect(page).not.toContain('10.0.0.1');
    expect(faults).toEqual([failure]);
    const again = [...html.matchAll(/name="ids" value="([^"]+)"/g)].map(([, id]) => id!);
    expect(again).toEqual(ids.slice(2));
    broken.mockRestore();
    const formToken = /name="formToken" value="([^"]+)"/.exec(html)![1]!;
    const fields = [
      ['formToken', formToken],
      ['confirmed', 'yes'],
    ] as const;
    const chosen = again.map((id) => ['ids', id] as const);
    const repeated = await browser.post('/tokens/revoke', [...fields, ...chosen]);
    expect(toText(await repeated.text())).toContain('3 tokens are revoked.');
    expect((await authority.list({ status: 'revoked' }, { limit: 9 })).items).toHaveLength(5);
  });

  test('show when it is unknown whether one was revoked', async () => {
    const { response, page, faults } = await revokeFive({
      two: new TokenAuthorityError('outcome_unknown', 'the connection was lost'),
    });
    expect(response.status).toBe(503);
    expect(page).toContain('1 of 5 tokens is revoked.');
    expect(page).toMatch(/two ends in \w{4} Unknown The connection to the database was lost/);
    expect(faults).toHaveLength(1);
  });

  test('show when one no longer exists', async () => {
    const { response, page, faults } = await revokeFive({
      two: new TokenAuthorityError('not_found', 'no token has this id'),
    });
    expect(response.status).toBe(200);
    expect(page).toContain('4 of 5 tokens are revoked.');
    expect(page).toMatch(/two ends in \w{4} Not found/);
    expect(page).not.toContain('Try again');
    expect(faults).toEqual([]);
  });

  test('are not revoked by a reload, which leads to the list', async () => {
    const { browser } = openConsole();
    const response = await browser.get('/tokens/revoke');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('../tokens');
  });
});
