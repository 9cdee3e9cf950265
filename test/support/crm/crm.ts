import { randomBytes } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerFault, type CrmFault, type CrmPart, Faults } from './faults.js';
import { type Grant, GrantError, Grants, type GrantsOptions } from './grants.js';
import { type CrmAnswer, type CrmRecord, Records } from './records.js';

export interface CrmOptions extends GrantsOptions {
  /** Sent as `expires_in`. Default: none is sent, as at Salesforce. */
  readonly expiresInSeconds?: number;
  /** Sent as `iss` with authorization responses. Default: none. */
  readonly issuer?: string;
  /** How often a request to the API finds its session ended, 0 to 1. Default 0. */
  readonly sessionLossRate?: number;
  readonly random?: () => number;
  /** `Cross-Origin-Opener-Policy` of its log-in page. Default: none is sent. */
  readonly openerPolicy?: string;
  /** Further members of token responses. */
  readonly tokenMembers?: Readonly<Record<string, unknown>>;
}

/** A request to the back channel or the API, and what it was answered with. */
export interface CrmRequest {
  readonly part: CrmPart;
  /** `authorization_code`, `refresh_token`, or otherwise the method. */
  readonly kind: string;
  readonly status: number;
  readonly error: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What was posted to the receiver of webhooks at `/hook`, with a token that counts. */
export interface CrmPost {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A CRM that behaves like Salesforce, on a port of 127.0.0.1. {@link startCrm} starts it. */
export class Crm {
  readonly url: string;
  readonly clientId = 'crm-client';
  readonly clientSecret = `crm-secret-${randomBytes(12).toString('base64url')}`;
  /** Where it sends browsers back to: exactly these. */
  readonly redirectUris = new Set<string>();
  readonly requests: CrmRequest[] = [];
  readonly posts: CrmPost[] = [];
  /** Whether this client's IP address is not on the list. */
  rejectsAddress = false;
  /** Called and awaited after a request took effect, and before its answer is sent. */
  beforeAnswer: ((request: CrmRequest) => Promise<void>) | undefined;
  readonly close: () => Promise<void>;
  readonly #grants: Grants;
  readonly #records = new Records();
  readonly #faults = new Faults();
  readonly #hanging = new Set<ServerResponse>();
  readonly #options: CrmOptions;

  constructor(url: string, close: () => Promise<void>, options: CrmOptions) {
    this.url = url;
    this.close = close;
    this.#options = options;
    this.#grants = new Grants(options);
  }

  get authorizationEndpoint(): string {
    return `${this.url}/services/oauth2/authorize`;
  }

  get tokenEndpoint(): string {
    return `${this.url}/services/oauth2/token`;
  }

  get revocationEndpoint(): string {
    return `${this.url}/services/oauth2/revoke`;
  }

  get hookUrl(): string {
    return `${this.url}/hook`;
  }

  /** Records by their external id. */
  get records(): ReadonlyMap<string, CrmRecord> {
    return this.#records.all;
  }

  get writes(): Records['writes'] {
    return this.#records.writes;
  }

  /** External ids that several records have. */
  get ambiguous(): Set<string> {
    return this.#records.ambiguous;
  }

  /** Every code and token that it ever handed out. */
  get secrets(): ReadonlySet<string> {
    return this.#grants.made;
  }

  get grants(): readonly Readonly<Grant>[] {
    return this.#grants.all;
  }

  /** A person who says yes in their browser. @returns where the browser is sent. */
  approve(url: URL, user = 'ada'): Promise<URL> {
    return this.#decide(url, { decision: 'allow', user });
  }

  deny(url: URL): Promise<URL> {
    return this.#decide(url, { decision: 'deny', user: 'ada' });
  }

  /** The next `times` requests to a part fail. */
  fail(part: CrmPart, fault: CrmFault, times = 1): void {
    this.#faults.add(part, fault, times);
  }

  /** No fault is left. What still hangs ends without an answer, as it does when a server restarts. */
  recover(): void {
    this.#faults.clear();
    for (const response of this.#hanging) response.destroy();
    this.#hanging.clear();
  }

  /** Ends all sessions: access tokens count no more, refresh tokens do. */
  killSessions(): void {
    for (const { accessTokens } of this.#grants.all) accessTokens.clear();
  }

  /** Ends all grants, as an administrator over there can. */
  revokeGrants(): void {
    for (const grant of this.#grants.all) this.#grants.revoke(grant);
  }

  /** How many back-channel requests of a kind there were, whatever became of them. */
  count(kind: string): number {
    return this.requests.filter((request) => request.kind === kind).length;
  }

  /** Serves one request. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const body = await readBody(request);
    if (url.pathname === '/services/oauth2/authorize') {
      return send(response, this.#authorize(request, body));
    }
    const part = toPart(url.pathname);
    if (part === undefined) return send(response, { status: 404 });
    const form = new URLSearchParams(body);
    const kind = part === 'token' ? (form.get('grant_type') ?? '') : (request.method ?? '');
    const fault = this.#faults.take(part);
    if (fault !== undefined && fault !== 'lose') {
      this.requests.push({ part, kind, status: 0, error: 'fault', headers: request.headers });
      if (fault === 'hang') this.#hanging.add(response);
      return answerFault(response, fault);
    }
    const answer = await this.#answer(part, request, body);
    const { headers } = request;
    const done = { part, kind, status: answer.status, error: readError(answer), headers };
    this.requests.push(done);
    await this.beforeAnswer?.(done);
    if (fault === 'lose') response.destroy();
    else send(response, answer);
  }

  async #answer(part: CrmPart, request: IncomingMessage, body: string): Promise<CrmAnswer> {
    const form = new URLSearchParams(body);
    if (part === 'token') return this.#answerToken(request, form);
    if (part === 'revoke') {
      if (this.#grants.revokeToken(form.get('token') ?? '')) return { status: 200 };
      return { status: 400, body: { error: 'unsupported_token_type' } };
    }
    if (!this.#hasSession(request)) {
      const refusal = { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' };
      return { status: 401, body: [refusal] };
    }
    if (part === 'records') {
      return this.#records.upsert(new URL(request.url ?? '', this.url).pathname, body);
    }
    this.posts.push({ headers: request.headers, body });
    return { status: 204 };
  }

  async #answerToken(request: IncomingMessage, form: URLSearchParams): Promise<CrmAnswer> {
    try {
      this.#checkClient(request, form);
      if (this.rejectsAddress) throw new GrantError('invalid_grant', 'ip restricted');
      switch (form.get('grant_type')) {
        case 'authorization_code':
          return this.#toTokens(this.#grants.exchange(form), true);
        case 'refresh_token': {
          const grant = await this.#grants.refresh(form.get('refresh_token') ?? '');
          return this.#toTokens(grant, this.#options.rotation ?? true);
        }
        default:
          throw new GrantError('unsupported_grant_type', 'grant type not supported');
      }
    } catch (error) {
      if (!(error instanceof GrantError)) throw error;
      return { status: 400, body: { error: error.code, error_description: error.message } };
    }
  }

  #checkClient(request: IncomingMessage, form: URLSearchParams): void {
    const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const [id, secret] =
      basic === undefined
        ? [form.get('client_id'), form.get('client_secret')]
        : Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
    if (id !== this.clientId || secret !== this.clientSecret) {
      throw new GrantError('invalid_client', 'invalid client credentials');
    }
  }

  #toTokens(grant: Grant, withRefreshToken: boolean): CrmAnswer {
    const { expiresInSeconds, tokenMembers } = this.#options;
    const body = {
      access_token: [...grant.accessTokens].at(-1),
      ...(withRefreshToken && grant.refreshToken ? { refresh_token: grant.refreshToken } : {}),
      ...(expiresInSeconds === undefined ? {} : { expires_in: expiresInSeconds }),
      instance_url: this.url,
      id: `${this.url}/id/00D000000000001/005000000000001`,
      issued_at: String(Date.now()),
      signature: 'zCnLeFf4tM2Xe0syaKYim3VNXDsOp9iesDCEPs9pP/M=',
      scope: 'refresh_token api',
      token_type: 'Bearer',
      ...tokenMembers,
    };
    return { status: 200, body };
  }

  #hasSession(request: IncomingMessage): boolean {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const { sessionLossRate = 0, random = Math.random } = this.#options;
    if (sessionLossRate > 0 && random() < sessionLossRate) {
      for (const { accessTokens } of this.#grants.all) accessTokens.delete(token);
    }
    return this.#grants.isValid(token);
  }

  /** GET shows the page that asks the person; POST is what they said. */
  #authorize(request: IncomingMessage, body: string): CrmAnswer {
    const query = new URL(request.url ?? '', this.url).searchParams;
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== this.clientId || !this.redirectUris.has(redirectUri)) {
      return { status: 400, body: 'redirect_uri_mismatch' };
    }
    const challenge = query.get('code_challenge') ?? '';
    if (query.get('code_challenge_method') !== 'S256' || challenge.length !== 43) {
      return this.#sendBack(query, { error: 'invalid_request' });
    }
    if (query.get('response_type') !== 'code') {
      return this.#sendBack(query, { error: 'unsupported_response_type' });
    }
    const { openerPolicy } = this.#options;
    if (request.method !== 'POST') return { status: 200, page: PAGE, openerPolicy };
    const form = new URLSearchParams(body);
    if (form.get('decision') !== 'allow') {
      return this.#sendBack(query, { error: 'access_denied' });
    }
    const code = this.#grants.createCode(form.get('user') ?? 'ada', redirectUri, challenge);
    return this.#sendBack(query, { code });
  }

  #sendBack(query: URLSearchParams, parameters: Record<string, string>): CrmAnswer {
    const location = new URL(query.get('redirect_uri') ?? '');
    const { issuer } = this.#options;
    const state = query.get('state');
    const all = { ...parameters, ...(state && { state }), ...(issuer && { iss: issuer }) };
    for (const [name, value] of Object.entries(all)) location.searchParams.set(name, value);
    return { status: 302, location: location.href };
  }

  async #decide(url: URL, form: Record<string, string>): Promise<URL> {
    const body = new URLSearchParams(form);
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the CRM said ${answer.status} ${await answer.text()}`);
    return new URL(location);
  }
}

/** Starts a CRM; `close` stops it. */
export async function startCrm(options: CrmOptions = {}): Promise<Crm> {
  const server = createServer((request, response) => {
    crm.handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { port } = server.address() as AddressInfo;
  const crm = new Crm(`http://127.0.0.1:${port}`, close, options);
  return crm;
}

function toPart(path: string): CrmPart | undefined {
  if (path === '/services/oauth2/token') return 'token';
  if (path === '/services/oauth2/revoke') return 'revoke';
  if (path === '/hook') return 'hook';
  return path.startsWith('/services/data/') ? 'records' : undefined;
}

function readError({ body }: CrmAnswer): string | undefined {
  const [first] = Array.isArray(body) ? body : [body];
  if (typeof first !== 'object' || first === null) return undefined;
  const error = 'error' in first ? first.error : 'errorCode' in first && first.errorCode;
  return typeof error === 'string' ? error : undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function send(response: ServerResponse, answer: CrmAnswer): void {
  const { status, body, page, location, openerPolicy } = answer;
  if (openerPolicy) response.setHeader('cross-origin-opener-policy', openerPolicy);
  if (location !== undefined) response.setHeader('location', location);
  if (page !== undefined) response.setHeader('content-type', 'text/html; charset=utf-8');
  if (body !== undefined) response.setHeader('content-type', 'application/json;charset=UTF-8');
  response.writeHead(status).end(page ?? (body === undefined ? undefined : JSON.stringify(body)));
}

const PAGE = `<!doctype html><html lang="en"><title>Log in to the CRM</title>
<main><h1>Log in to the CRM</h1><form method="post">
<label>User <input name="user" value="ada"></label>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button></form></main></html>`;
