import { createHash, randomBytes } from 'node:crypto';
import { followRedirects } from './follow-redirects.js';
import { API, CLIENT, REDIRECT_URI } from './identity-provider.js';

/** What a token endpoint answers. */
export interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
}

/** The client's own token (RFC 6749 §4.4); for no API in particular if `resource` is absent. */
export function fetchClientToken(
  issuer: string,
  scope: string,
  resource: string | null = API,
): Promise<Tokens> {
  const forApi = resource === null ? {} : { resource };
  return fetchTokens(issuer, { grant_type: 'client_credentials', scope, ...forApi });
}

/** A person's token (RFC 6749 §4.1 with PKCE), as a browser that logs in would bring it about. */
export async function logIn(issuer: string, person: string, scope: string): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT.id,
    redirect_uri: REDIRECT_URI,
    scope,
    resource: API,
    login_hint: person,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const returned = await followRedirects(new URL(`${issuer}/auth?${query}`), REDIRECT_URI);
  const code = returned.searchParams.get('code');
  if (code === null) throw new Error(`the provider answered ${returned.search}`);
  return fetchTokens(issuer, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: verifier,
    resource: API,
  });
}

async function fetchTokens(
  issuer: string,
  form: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const basic = Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64');
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams(form),
  });
  if (!response.ok) throw new Error(`the token endpoint answered ${await response.text()}`);
  return (await response.json()) as Tokens;
}
