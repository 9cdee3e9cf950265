import {
  AUTH_ERRORS,
  type AuthErrorCode,
  createGuard,
  type GuardOptions,
  type TokenVerifier,
} from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HOSTS } from '../integration/hosts.js';
import { listen } from '../support/listen.js';
import {
  type Algorithm,
  createSigningKey,
  fixtureKey,
  type SigningKey,
  signSegments,
} from '../support/tokens.js';

type Members = Readonly<Record<string, unknown>>;

/** What a token has beside, or instead of, the members of the documented one. `undefined` removes a member. */
export interface TokenChanges {
  readonly header?: Members;
  readonly claims?: Members;
}

export interface RejectedToken extends TokenChanges {
  /** Default `token_invalid`. */
  readonly code?: AuthErrorCode;
  /** What `onDecision` receives. */
  readonly reason: string;
}

/** What a provider documents, and the one line of configuration that must accept just that. */
export interface ProviderContract {
  readonly name: string;
  /** The page of the documentation that the shapes are taken from. */
  readonly page: string;
  /** Default `RS256`. */
  readonly alg?: Algorithm;
  readonly configure: () => JwtIssuer | TokenVerifier;
  /** What the provider serves, by URL. No other URL may be fetched. */
  readonly documents: (jwk: Members) => Members;
  readonly header: Members;
  readonly claims: Members;
  /** Of the documented token. */
  readonly subject: string;
  /** What the endpoint requires, and the documented token has. */
  readonly scopes?: readonly string[];
  /** Further options of the guard, such as the place of the token. */
  readonly guard?: Partial<GuardOptions>;
  /** The header of the request. Default: `Authorization`, with `Bearer`. */
  readonly place?: string;
  readonly sign?: (header: Members, claims: Members, key: SigningKey) => Promise<string>;
  /** Further documented tokens that are accepted. */
  readonly accepted?: Readonly<Record<string, TokenChanges & { readonly subject: string }>>;
  /** How the documented token expires. Default: by its claims. */
  readonly expired?: TokenChanges;
  readonly rejected: Readonly<Record<string, RejectedToken>>;
  /**
   * The faults that every provider must catch beside expiry, each by the name of a rejected token, or as a
   * reason that begins with `none: `.
   */
  readonly faults: Readonly<Record<'client' | 'tenant' | 'idToken' | 'audience', string>>;
}

/** For `faults`: the audience names the API, whichever client asks. `clientIds` then restricts clients. */
export const ANY_CLIENT = 'a token of another client than those that the issuer lists';

export const UNKNOWN_ISSUER = 'no verifier accepts the token: its issuer or its form is unknown';
export const WRONG_AUDIENCE = 'the token is for another audience';

/** The guard's clock, Unix seconds. */
export const NOW = 1_790_000_000;

/** The times of a token that was issued a minute ago and is valid for an hour. */
export const TIMES = { iat: NOW - 60, exp: NOW + 3540 } as const;

export function testProvider(contract: ProviderContract): void {
  const { name, page, alg = 'RS256', rejected, accepted = {}, faults } = contract;
  test.each(Object.entries(faults))(`${name}: every fault has its token: %s`, (_fault, token) => {
    expect([...Object.keys(rejected), ANY_CLIENT]).toContain(
      token.startsWith('none: ') ? ANY_CLIENT : token,
    );
  });
  describe.each(Object.keys(HOSTS))(`${name} (${page}) on %s`, (host) => {
    let key: SigningKey;
    beforeEach(async () => {
      key = await fixtureKey(alg);
      serveDocuments(contract.documents({ ...key.publicJwk }));
    });
    afterEach(() => void vi.unstubAllGlobals());

    const tokens: NonNullable<ProviderContract['accepted']> = {
      'the documented token': { subject: contract.subject },
      ...accepted,
    };
    test.each(Object.entries(tokens))('accepts %s', async (_what, token) => {
      const answer = await sendToken(contract, host, await signDocumented(contract, token, key));
      expect(answer.reason).toBe(undefined);
      expect(answer.body).toBe(`${token.subject};done`);
    });

    const invalid: ProviderContract['rejected'] = {
      'an expired token': { ...EXPIRED, ...contract.expired },
      ...rejected,
    };
    test.each(Object.entries(invalid))('rejects %s', async (_what, token) => {
      const { code = 'token_invalid', reason } = token;
      const answer = await sendToken(contract, host, await signDocumented(contract, token, key));
      expect(answer).toMatchObject({ status: AUTH_ERRORS[code].status, code, reason });
      expect(answer.body).not.toContain(reason);
    });

    if (contract.faults.client === ANY_CLIENT) {
      test(`rejects ${ANY_CLIENT}`, async () => {
        const issuer = { ...(contract.configure() as JwtIssuer), clientIds: ['another client'] };
        const listing = { ...contract, configure: () => issuer };
        const answer = await sendToken(listing, host, await signDocumented(contract, {}, key));
        expect(answer).toMatchObject({
          status: 401,
          reason: 'the token was issued to another client',
        });
      });
    }

    test('rejects a token that another key signed', async () => {
      const other = { ...(await createSigningKey(alg)), kid: key.kid };
      const answer = await sendToken(contract, host, await signDocumented(contract, {}, other));
      expect(answer).toMatchObject({ status: 401, reason: 'the signature is wrong' });
    });
  });
}

const EXPIRED: RejectedToken = {
  claims: { iat: NOW - 7200, exp: NOW - 3600 },
  code: 'token_expired',
  reason: 'the token has expired',
};

/** Answers the provider's URLs in place of the network. Requests to the hosts under test pass. */
function serveDocuments(documents: Members): void {
  const network = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    if (url.startsWith('http://127.0.0.1:')) return network(url, init);
    const document = documents[url];
    if (document === undefined) throw new Error(`${url} is not documented`);
    return typeof document === 'string' ? new Response(document) : Response.json(document);
  });
}

async function signDocumented(
  { header, claims, sign = signSegments }: ProviderContract,
  changes: TokenChanges,
  key: SigningKey,
): Promise<string> {
  const all = { alg: key.alg, kid: key.kid, ...header, ...changes.header };
  return sign(all, { ...claims, ...changes.claims }, key);
}

async function sendToken(contract: ProviderContract, host: string, token: string) {
  const configured = contract.configure();
  let decided: { readonly code?: string; readonly reason?: string | undefined } = {};
  const guard = createGuard({
    ...contract.guard,
    verifiers: ['verify' in configured ? configured : createJwtVerifier(configured)],
    endpoints: { 'GET /documents': { scopes: contract.scopes ?? [] } },
    now: () => NOW * 1000,
    onDecision: (event) => {
      decided = event;
    },
  });
  const origin = await listen(HOSTS[host]?.({ guard }) as ReturnType<(typeof HOSTS)['Koa'] & {}>);
  const { place } = contract;
  const headers = place === undefined ? { authorization: `Bearer ${token}` } : { [place]: token };
  const response = await fetch(`${origin}/documents`, { headers });
  const body = await response.text();
  return { status: response.status, body, code: decided.code, reason: decided.reason };
}
