import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import OAuth2Server, {
  type AuthorizationCode,
  type AuthorizationCodeModel,
  type Client,
  type ClientCredentialsModel,
  type RefreshTokenModel,
  type Token,
} from '@node-oauth/oauth2-server';
import { listen } from '../../support/listen.js';

/** An id and a secret that form encoding changes: this server does not decode HTTP Basic (RFC 6749 §2.3.1). */
export const OAUTH2_CLIENT = { id: 'exports client', secret: 'a secret:with+odd/characters%' };

/** A server of `@node-oauth/oauth2-server`, with what its own administrator can see and do. */
export interface TestOAuth2Server {
  readonly url: string;
  readonly redirectUris: string[];
  /** `grant_type` of the token requests, and whether the server accepted them. */
  readonly requests: { readonly grantType: string; readonly isAccepted: boolean }[];
  /** Events that arrived with a valid token at `/hook`. */
  readonly received: unknown[];
  /** Ends all access tokens. */
  expire(): void;
  /** Ends all grants. */
  revoke(): void;
}

interface Memory {
  readonly codes: Map<string, AuthorizationCode>;
  readonly tokens: Map<string, Token>;
}

type Model = AuthorizationCodeModel & RefreshTokenModel & ClientCredentialsModel;

/** Issues and rotates tokens, checks PKCE, and never answers 200 to a request that it rejects. */
export async function startOAuth2Server(): Promise<TestOAuth2Server> {
  const memory: Memory = { codes: new Map(), tokens: new Map() };
  const redirectUris: string[] = [];
  const requests: TestOAuth2Server['requests'] = [];
  const received: unknown[] = [];
  const oauth = new OAuth2Server({ model: createModel(memory, redirectUris) });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://server');
    let text = '';
    for await (const chunk of request) text += chunk;
    const isJson = request.headers['content-type'] === 'application/json';
    const body = isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    const asked = new OAuth2Server.Request({
      headers: request.headers as Record<string, string>,
      method: request.method ?? 'GET',
      query: Object.fromEntries(url.searchParams),
      body,
    });
    const answer = new OAuth2Server.Response();
    const run = {
      '/authorize': () =>
        oauth.authorize(asked, answer, { authenticateHandler: { handle: () => ({ id: 'ada' }) } }),
      '/token': () => oauth.token(asked, answer),
      '/hook': () => oauth.authenticate(asked, answer).then(() => received.push(body)),
    }[url.pathname];
    // `authenticate` sets no status: it throws an error that has one.
    const refusal = await Promise.resolve(run?.()).then(
      () => undefined,
      (error: { readonly code?: number }) => error.code ?? 400,
    );
    const isAccepted = refusal === undefined;
    if (url.pathname === '/token') requests.push({ grantType: body.grant_type, isAccepted });
    const status = refusal ?? answer.status ?? 200;
    response.writeHead(status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body ?? {}));
  };
  const url = await listen(
    createServer(
      (request, response) => void serve(request, response).catch(() => response.destroy()),
    ),
  );
  return {
    ...{ url, redirectUris, requests, received },
    expire: () => {
      for (const token of memory.tokens.values()) {
        Object.assign(token, { accessTokenExpiresAt: new Date(0) });
      }
    },
    revoke: () => memory.tokens.clear(),
  };
}

function createModel({ codes, tokens }: Memory, redirectUris: string[]): Model {
  const find = (matches: (token: Token) => boolean) => [...tokens.values()].find(matches) ?? false;
  return {
    async getClient(id: string, secret: string | null): Promise<Client | false> {
      const isKnown =
        id === OAUTH2_CLIENT.id && (secret ?? OAUTH2_CLIENT.secret) === OAUTH2_CLIENT.secret;
      const grants = ['authorization_code', 'refresh_token', 'client_credentials'];
      return isKnown && { id, grants, redirectUris };
    },
    getUserFromClient: async () => ({ id: 'the client itself' }),
    generateAccessToken: async () => randomBytes(24).toString('base64url'),
    async saveAuthorizationCode(code, client, user) {
      const saved = { ...code, client, user };
      codes.set(code.authorizationCode, saved);
      return saved;
    },
    getAuthorizationCode: async (code: string) => codes.get(code) ?? false,
    revokeAuthorizationCode: async ({ authorizationCode }) => codes.delete(authorizationCode),
    async saveToken(token, client, user) {
      const saved = { ...token, client, user };
      tokens.set(token.accessToken, saved);
      return saved;
    },
    getAccessToken: async (accessToken: string) =>
      find((token) => token.accessToken === accessToken),
    async getRefreshToken(refreshToken: string) {
      const found = find((token) => token.refreshToken === refreshToken);
      return found && { ...found, refreshToken };
    },
    revokeToken: async ({ refreshToken }) => {
      const found = find((token) => token.refreshToken === refreshToken);
      return found && tokens.delete(found.accessToken);
    },
  };
}
