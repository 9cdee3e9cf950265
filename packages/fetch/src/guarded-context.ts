import type { Claims, FetchContext, Principal } from '@mandate/core';
import { GUARDED_REQUEST } from '@mandate/core/adapter';
import type { FetchRequest } from './fetch-request.js';

/** What a handler behind `guardFetch` gets besides the request. */
export interface GuardedContext<TokenClaims extends object = Claims>
  extends FetchContext<TokenClaims> {
  /** The caller; `PUBLIC_PRINCIPAL` at an endpoint that is public, or optional and called without a token. */
  readonly principal: Principal<TokenClaims>;
  /** The caller's address, from the option `remoteAddress`. */
  readonly remoteAddress: string | undefined;
  /** Hands the promise to the option `waitUntil`. Without the option, it does nothing, and the promise runs on. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

/** Computes members only when a handler asks for them. */
export class RequestContext<TokenClaims extends object> implements GuardedContext<TokenClaims> {
  readonly principal: Principal<TokenClaims>;
  readonly #request: FetchRequest;

  constructor(principal: Principal<TokenClaims>, request: FetchRequest) {
    this.principal = principal;
    this.#request = request;
  }

  /** Where `getRawToken` finds the request. */
  get [GUARDED_REQUEST](): FetchRequest {
    return this.#request;
  }

  get remoteAddress(): string | undefined {
    return this.#request.remoteAddress;
  }

  get waitUntil(): (promise: Promise<unknown>) => void {
    return (promise) => this.#request.waitUntil?.(promise);
  }
}
