import type { McpGuardOptions } from '@mandate/mcp';
import { describe, expect, test } from 'vitest';
import {
  ACCEPTED_BATCHES,
  BATCHES,
  BODIES,
  HEADERS,
  type HostileCase,
  NAMES,
  TRANSPORT,
} from './hostile-cases.js';
import { openEndpoint } from './open-endpoint.js';

function run(cases: readonly HostileCase[], options: Partial<McpGuardOptions> = {}): void {
  const rows = cases.map(([name, request, status, code]) => ({ name, request, status, code }));
  test.each(rows)('$name', async ({ request, status, code }) => {
    const sent = await request.clone().text();
    const { fetch, served } = openEndpoint({ maxBodyBytes: 4000, ...options });
    const response = await fetch(request);
    expect(response.status).toBe(status);
    if (status !== 200) {
      expect(served).toEqual([]);
      const text = await response.text();
      const { error, code: own } = JSON.parse(text === '' ? '{}' : text);
      expect(error?.code ?? own).toBe(code);
      expect(text).not.toMatch(/reader|Bearer| at \//);
      return;
    }
    expect(served.map(({ text }) => text)).toEqual([sent]);
    expect(served[0]?.parsedBody).toEqual(JSON.parse(sent));
    expect(served[0]?.request.headers).toEqual(request.headers);
  });
}

describe('bodies', () => run(BODIES));
describe('transport', () => run(TRANSPORT));
describe('headers', () => run(HEADERS));
describe('names', () => run(NAMES));
describe('batches', () => run(BATCHES));
describe('accepted batches', () =>
  run(ACCEPTED_BATCHES, { acceptBatches: true, maxBodyBytes: 10_000 }));
