import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';

/**
 * Logs in the person of the request's hint, and grants what the request asks for. Eve always declines.
 * @param api The resource of a request that names none (RFC 8707). Default: scopes of OpenID alone.
 */
export async function answerInteraction(
  provider: Provider,
  [req, res]: readonly [IncomingMessage, ServerResponse],
  api?: string,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(req, res);
  const { login_hint: accountId, client_id: clientId, scope = '', resource = api } = params;
  let result: object = { login: { accountId } };
  if (accountId === 'eve') result = { error: 'access_denied', error_description: 'no' };
  else if (prompt.name !== 'login') {
    const grant = new provider.Grant({ accountId: session?.accountId, clientId });
    grant.addOIDCScope(scope);
    if (resource !== undefined) grant.addResourceScope(resource, scope);
    result = { consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true });
}
