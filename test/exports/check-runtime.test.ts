import { Agent } from 'node:http';
import { expect, test, vi } from 'vitest';
import { createGuardedFetch } from '../../packages/exports/src/fetch/guarded-fetch.js';

test('a runtime that connects without asking the agent is rejected at creation', () => {
  const addRequest = vi.spyOn(Agent.prototype as unknown as { addRequest(): void }, 'addRequest');
  try {
    addRequest.mockImplementation(() => {});
    expect(() => createGuardedFetch()).toThrow('this runtime ignores createConnection');
  } finally {
    addRequest.mockRestore();
  }
  expect(() => createGuardedFetch()).not.toThrow();
});
