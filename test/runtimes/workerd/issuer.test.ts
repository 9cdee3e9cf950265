import { expect, onTestFinished, test } from 'vitest';
import { startWorker } from '../../support/start-worker.js';

test.each(['2024-09-23', '2026-07-01'])(
  'the authorization service starts on a Worker of %s, signs, and rejects a wrong password',
  async (date) => {
    const program = new URL('./issuer-program.ts', import.meta.url);
    const worker = await startWorker(program, { date, flags: ['nodejs_compat'] });
    onTestFinished(() => worker.stop());
    expect((await fetch(`${worker.origin}/fill`)).status).toBe(200);
    const authorize = (password: string) =>
      fetch(`${worker.origin}/authorize`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'ada@example.com', password, service: 'presence' }),
      });
    const answers = await Promise.all([authorize('a long one'), authorize('a long one')]);
    for (const answer of answers) {
      expect(await answer.json()).toMatchObject({ groupId: '12345' });
    }
    expect((await authorize('a wrong one')).status).toBe(401);
    const keys = await fetch(`${worker.origin}/.well-known/jwks.json`);
    expect(await keys.json()).toMatchObject({ keys: [{ kty: 'EC' }] });
  },
);
