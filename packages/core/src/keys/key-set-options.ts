import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { FetchLike } from './fetch-text.js';
import type { JsonWebKeySet } from './local-key-set.js';

/** The outcome of one fetch of a key set, for your logs and alerts. */
export interface KeyFetchEvent {
  readonly url: string;
  readonly ok: boolean;
  /** The number of usable keys in the answer; absent if the fetch failed. */
  readonly keys?: number;
  /** Why the fetch failed. It quotes nothing of the answer. */
  readonly reason?: string;
  /** How many fetches have failed in a row, this one included. */
  readonly failures: number;
}

/** Where the keys are: at a URL, or at the one in the metadata of the issuer. */
export type KeySetOptions = KeySetSettings & (KeySetUrl | KeySetIssuer);

export interface KeySetUrl {
  /** The issuer's `jwks_uri` (RFC 8414 §2). `https:`, or `http:` on a loopback address. */
  readonly url: string | URL;
  readonly issuer?: undefined;
}

export interface KeySetIssuer {
  /**
   * The issuer, exactly as its tokens name it in `iss`. Its `jwks_uri` is taken from its metadata: OpenID
   * Connect Discovery 1.0 §4, or RFC 8414 §3 if there is no such document. The `issuer` of the metadata must
   * be the same text.
   */
  readonly issuer: string;
  readonly url?: undefined;
}

export interface KeySetSettings {
  /**
   * Whether `http:` is allowed beyond loopback addresses, for a key server in the same cluster. Default
   * `false`, because an attacker who can change an answer on its way can sign tokens that this API accepts.
   */
  readonly allowHttp?: boolean | undefined;
  /**
   * Converts what the server answers, parsed JSON, to a JWK Set. Default: the answer is a JWK Set.
   * `@mandate/core/key-formats` has functions for X.509 certificates and SPIFFE bundles. An error of the
   * function counts as a failed fetch.
   */
  readonly toJwks?: ((answer: unknown) => MaybePromise<JsonWebKeySet>) | undefined;
  /**
   * For how many seconds fetched keys are fresh, 1 to 10 years. Default 600. After half of that time, the next
   * request starts another fetch in the background and does not wait for it.
   */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * For how many seconds, from the start of the last successful fetch, its keys serve while there is no
   * newer set, because the key server fails or no request came. Default 14400 (4 h). After that, every
   * token waits for a fetch, and the answer is `verifier_unavailable` (503) if the fetch fails. A longer
   * time survives longer outages; a shorter time limits how long a withdrawn key can still verify.
   */
  readonly maxStaleSeconds?: number | undefined;
  /** The deadline of one fetch in milliseconds, from connecting to the end of the body. Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** The largest number of members in a key set. Default 200. A larger set counts as a failed fetch. */
  readonly maxKeys?: number | undefined;
  /** The largest answer in bytes, decompressed. Default 524288. A larger answer counts as a failed fetch. */
  readonly maxBytes?: number | undefined;
  /**
   * Called after every fetch. Its errors and rejections are ignored. By default a failed fetch is written with
   * `console.warn`, at most once a minute; `null` writes nothing.
   */
  readonly onFetch?: ((event: KeyFetchEvent) => void) | null | undefined;
  /** A `fetch` of your own, for a proxy or a private certificate authority. Default: the global `fetch`. */
  readonly fetch?: FetchLike | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns a number from 0 up to 1, to spread retries. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}
