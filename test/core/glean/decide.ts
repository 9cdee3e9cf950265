import {
  type AuthRequest,
  createGuard,
  type Decision,
  type GuardOptions,
  type Principal,
} from '@mandate/core';
import { gleanPreset } from '@mandate/core/glean';

/** A request with a token of these rights. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[];
  readonly permission?: Principal['permission'];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the Glean preset, with these options after it, decides about a request. */
export async function decide(asked: Asked, options: Partial<GuardOptions> = {}): Promise<Decision> {
  const { method, path, scopes, permission = 'USER' } = asked;
  const headers: Readonly<Record<string, string>> = { authorization: 'Bearer t', ...asked.headers };
  const principal: Principal = {
    subject: 'ada@example.com',
    actor: undefined,
    permission,
    scopes,
    groups: [],
    tokenId: undefined,
    issuer: undefined,
    expiresAt: undefined,
    claims: {},
  };
  const verifiers = [{ accepts: () => true, verify: () => principal }];
  const request: AuthRequest = { method, path, header: (name) => headers[name] };
  return createGuard({ ...gleanPreset, verifiers, ...options }).decide(request);
}
