import { createHash, randomBytes } from 'node:crypto';

/** What the token endpoint says no with: `error` and `error_description` as Salesforce words them. */
export class GrantError extends Error {
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

/** What one approval of one person led to. */
export interface Grant {
  readonly user: string;
  readonly accessTokens: Set<string>;
  readonly rotated: Set<string>;
  refreshToken: string | undefined;
  isRevoked: boolean;
}

interface Code {
  readonly user: string;
  readonly redirectUri: string;
  readonly challenge: string;
  grant: Grant | undefined;
}

export interface GrantsOptions {
  /** Each refresh yields a new refresh token and ends the old one, for good. Default `true`. */
  readonly rotation?: boolean;
  /** Default `true`. */
  readonly refreshTokens?: boolean;
  /** A further approval ends the oldest grant of that person. Default 5. */
  readonly grantsPerUser?: number;
  /** How long a refresh takes; another one with the same token is rejected meanwhile. Default 20. */
  readonly refreshMs?: number;
}

const EXPIRED = 'expired access/refresh token';

/** Codes, grants and tokens, by the rules that Salesforce has for apps that partners distribute. */
export class Grants {
  readonly all: Grant[] = [];
  /** Every code and token that was ever made, whatever it counts. */
  readonly made = new Set<string>();
  readonly #codes = new Map<string, Code>();
  readonly #inProgress = new Set<string>();
  readonly #options: GrantsOptions;

  constructor(options: GrantsOptions) {
    this.#options = options;
  }

  createCode(user: string, redirectUri: string, challenge: string): string {
    const code = this.#make('aPrx');
    this.#codes.set(code, { user, redirectUri, challenge, grant: undefined });
    return code;
  }

  exchange(form: URLSearchParams): Grant {
    const code = this.#codes.get(form.get('code') ?? '');
    const verifier = form.get('code_verifier');
    if (code === undefined) throw new GrantError('invalid_grant', 'invalid authorization code');
    if (code.grant !== undefined) {
      // RFC 6749 §4.1.2: the code may have been stolen.
      this.revoke(code.grant);
      throw new GrantError('invalid_grant', 'expired authorization code');
    }
    if (form.get('redirect_uri') !== code.redirectUri) {
      throw new GrantError('redirect_uri_mismatch', 'redirect_uri must match configuration');
    }
    if (verifier === null) throw new GrantError('invalid_grant', 'code verifier missing');
    if (createHash('sha256').update(verifier).digest('base64url') !== code.challenge) {
      throw new GrantError('invalid_request', 'invalid code verifier');
    }
    code.grant = this.#createGrant(code.user);
    return code.grant;
  }

  async refresh(token: string): Promise<Grant> {
    const { rotation = true, refreshMs = 20 } = this.#options;
    const reused = this.all.find(({ rotated }) => rotated.has(token));
    if (reused !== undefined) {
      this.revoke(reused);
      throw new GrantError('invalid_grant', EXPIRED);
    }
    if (this.#inProgress.has(token)) {
      throw new GrantError('invalid_grant', 'token request is already being processed');
    }
    this.#inProgress.add(token);
    try {
      await new Promise((resolve) => setTimeout(resolve, refreshMs));
      const grant = this.all.find((each) => !each.isRevoked && each.refreshToken === token);
      if (grant === undefined) throw new GrantError('invalid_grant', EXPIRED);
      grant.accessTokens.add(this.#make('00D!'));
      if (rotation) {
        grant.rotated.add(token);
        grant.refreshToken = this.#make('5Aep');
      }
      return grant;
    } finally {
      this.#inProgress.delete(token);
    }
  }

  /** Ends the grant that a token of either kind belongs to. @returns whether there was one. */
  revokeToken(token: string): boolean {
    const grant = this.all.find(
      (each) => !each.isRevoked && (each.refreshToken === token || each.accessTokens.has(token)),
    );
    if (grant !== undefined) this.revoke(grant);
    return grant !== undefined;
  }

  revoke(grant: Grant): void {
    grant.isRevoked = true;
    grant.accessTokens.clear();
  }

  isValid(accessToken: string): boolean {
    return this.all.some(({ accessTokens }) => accessTokens.has(accessToken));
  }

  #make(prefix: string): string {
    const secret = `${prefix}${randomBytes(24).toString('base64url')}`;
    this.made.add(secret);
    return secret;
  }

  #createGrant(user: string): Grant {
    const { refreshTokens = true, grantsPerUser = 5 } = this.#options;
    const living = this.all.filter((grant) => grant.user === user && !grant.isRevoked);
    if (living.length >= grantsPerUser && living[0] !== undefined) this.revoke(living[0]);
    const grant: Grant = {
      user,
      accessTokens: new Set([this.#make('00D!')]),
      rotated: new Set(),
      refreshToken: refreshTokens ? this.#make('5Aep') : undefined,
      isRevoked: false,
    };
    this.all.push(grant);
    return grant;
  }
}
