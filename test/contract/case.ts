import type { AuthErrorCode } from '@mandate/core';

export const HOSTS = ['express', 'koa', 'hono', 'fastify', 'nest', 'fetch'] as const;
export type Host = (typeof HOSTS)[number];

/**
 * `root`: the whole API behind one endpoint map. `mounted`: the same under `/api`, guarded inside a
 * nested router. `by-route`: no map, a rule at each route.
 */
export const MOUNTINGS = ['root', 'mounted', 'by-route'] as const;
export type Mounting = (typeof MOUNTINGS)[number];
/** Koa once more, with a `@koa/router` inside another where the others have koa-mount. */
export const NESTED_ROUTER = 'koa mounted (nested router)';

/** Older versions of hosts, for answers that differ. */
export const OLDER_VERSIONS = ['express 4', 'koa 2'] as const;
export type OlderVersion = (typeof OLDER_VERSIONS)[number];

/** The hosts on which Nest runs. It answers as they do, unless a case says otherwise. */
export const NEST_PLATFORMS = ['express', 'fastify'] as const;
export type NestPlatform = (typeof NEST_PLATFORMS)[number];

/** One request and what every host answers to it. */
export interface Case {
  /** The case as a sentence. */
  readonly name: string;
  readonly request: CaseRequest;
  readonly expect: Expectation;
  /** Answers of hosts or mountings that differ. The most specific entry counts. */
  readonly except?: Exceptions;
}

export type Exceptions = { readonly because: string } & {
  readonly [where in
    | Host
    | Mounting
    | `${Host} ${Mounting}`
    | OlderVersion
    | `${OlderVersion} ${Mounting}`
    | `nest on ${NestPlatform}`
    | typeof NESTED_ROUTER]?: Expectation;
};

export interface CaseRequest {
  readonly method: string;
  /**
   * Put behind the mount's prefix if it starts with a slash; otherwise `{base}` stands for the prefix, and
   * `{BASE}` for the prefix in upper case.
   */
  readonly target: string;
  /** Whole field lines, in Latin-1. `Host`, `Connection` and `Content-Length` are added where they are missing. */
  readonly headers: readonly Line[];
  readonly body?: string;
}

/** A header field line; one with a token takes a moment to make. */
export type Line = string | Promise<string>;

/** The principal that the handler receives. */
export interface Identity {
  readonly subject: string;
  /** The holder of the token and its own actors, outermost first. */
  readonly actors?: readonly string[];
  readonly permission?: 'GLOBAL' | 'USER' | 'ANONYMOUS';
  readonly groups?: readonly string[];
  /** A hash of the raw token that the handler can get; `null` if there is none. */
  readonly rawToken?: string | null;
  /** The `alg` of its JOSE header; `null` for a token that is not a JWT. */
  readonly algorithm?: string | null;
}

export type Expectation =
  /** The handler of that route answers. Without an identity, the route is public. */
  | { readonly handler: string; readonly identity: Identity | undefined }
  /** Mandate rejects the request, and no handler runs. */
  | { readonly code: AuthErrorCode; readonly challenge: string | undefined }
  /** The host answers or closes the connection, and no handler runs. */
  | { readonly hostStatus: number | 'closed' };

export const ADA: Identity = { subject: 'ada@example.com' };

export function allowed(handler: string, identity = ADA): Expectation {
  return { handler, identity };
}

/** The handler answers, and the endpoint is public. */
export function reaches(handler: string): Expectation {
  return { handler, identity: undefined };
}

/** @param scope the scopes that the challenge of `scope_required` names. */
export function rejected(code: AuthErrorCode, scope?: string): Expectation {
  const challenge = CHALLENGES[code];
  return { code, challenge: scope === undefined ? challenge : `${challenge}, scope="${scope}"` };
}

/** @param attributes what the challenge of `authentication_insufficient` asks for, as it is written. */
export function mustStepUp(attributes: string): Expectation {
  const challenge = `${CHALLENGES['authentication_insufficient']}, ${attributes}`;
  return { code: 'authentication_insufficient', challenge };
}

export function byHost(hostStatus: number | 'closed'): Expectation {
  return { hostStatus };
}

export const STATUS: Readonly<Record<AuthErrorCode, number>> = {
  credentials_missing: 401,
  credentials_malformed: 400,
  path_ambiguous: 400,
  token_invalid: 401,
  token_expired: 401,
  token_revoked: 401,
  act_as_required: 400,
  act_as_malformed: 400,
  act_as_forbidden: 400,
  act_as_unknown: 401,
  group_missing: 400,
  group_conflict: 400,
  group_mismatch: 403,
  scope_required: 403,
  endpoint_unmapped: 403,
  anonymous_not_allowed: 403,
  address_not_allowed: 403,
  authentication_insufficient: 401,
  condition_failed: 403,
  cross_site: 403,
  verifier_unavailable: 503,
};

/** `WWW-Authenticate`: every 401 has one, and so has every refusal with an RFC 6750 `error` code. */
const CHALLENGES: Readonly<Partial<Record<AuthErrorCode, string>>> = {
  credentials_missing: 'Bearer realm="contract"',
  credentials_malformed: challenge(
    'invalid_request',
    'The request must carry exactly one well-formed bearer token.',
  ),
  path_ambiguous: challenge('invalid_request', 'The path can be read in more than one way.'),
  token_invalid: challenge('invalid_token', 'The access token is not valid here.'),
  token_expired: challenge('invalid_token', 'The access token has expired.'),
  token_revoked: challenge('invalid_token', 'The access token has been revoked.'),
  act_as_required: challenge('invalid_request', 'This token must name the user it acts as.'),
  act_as_malformed: challenge('invalid_request', 'The user to act as must be one e-mail address.'),
  act_as_forbidden: challenge('invalid_request', 'This token must not name a user to act as.'),
  act_as_unknown: 'Bearer realm="contract"',
  group_missing: challenge('invalid_request', 'The request does not name its group.'),
  group_conflict: challenge('invalid_request', 'The request names more than one group.'),
  authentication_insufficient: challenge(
    'insufficient_user_authentication',
    'This endpoint requires a stronger or more recent authentication.',
  ),
  scope_required: challenge(
    'insufficient_scope',
    'The token lacks a scope that this endpoint requires.',
  ),
};

function challenge(error: string, description: string): string {
  return `Bearer realm="contract", error="${error}", error_description="${description}"`;
}

export function get(target: string, ...headers: readonly Line[]): CaseRequest {
  return { method: 'GET', target, headers };
}

export function post(target: string, ...headers: readonly Line[]): CaseRequest {
  return { method: 'POST', target, headers };
}

export function send(method: string, target: string, ...headers: readonly Line[]): CaseRequest {
  return { method, target, headers };
}

/** A request with a JSON body; a string is sent as it is. */
export function postJson(target: string, body: unknown, ...headers: readonly Line[]): CaseRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    method: 'POST',
    target,
    headers: [...headers, 'Content-Type: application/json'],
    body: text,
  };
}

/** The `Authorization` line of a token. */
export async function bearer(token: string | Promise<string>): Promise<string> {
  return `Authorization: Bearer ${await token}`;
}
