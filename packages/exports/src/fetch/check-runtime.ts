import { Agent, request } from 'node:http';
import { UNRESOLVABLE } from './guarded-agent.js';

/**
 * Throws unless the runtime opens connections by an agent's `createConnection`, which is where addresses
 * are checked. Bun before 1.4 and Cloudflare Workers connect by themselves.
 */
export function checkRuntime(): void {
  const agent = new ProbingAgent();
  request({ agent, host: `probe${UNRESOLVABLE}` })
    .on('error', () => {})
    .destroy();
  if (agent.wasAsked) return;
  throw new Error(
    'this runtime ignores createConnection of http.Agent, so exports to internal addresses could not ' +
      'be rejected; use Node.js 20.19, Bun 1.4 or Deno 2.7, or a later version',
  );
}

class ProbingAgent extends Agent {
  wasAsked = false;

  /** It never calls back: the request is destroyed at once. */
  override createConnection(): undefined {
    this.wasAsked = true;
  }
}
