import { PATH } from './policy.mjs';

/** A request as an adapter makes it, without a host. */
class ColdRequest {
  method = 'GET';
  path = PATH;
  #authorization;
  constructor(token) {
    this.#authorization = `Bearer ${token}`;
  }
  header(name) {
    return name === 'authorization' ? this.#authorization : undefined;
  }
}

export async function decideCold(guard, token) {
  const decision = await guard.decide(new ColdRequest(token));
  if (!decision.allowed) throw new Error(decision.error.message);
}
