import { AUDIENCE, createIssuer } from '@mandate/example-local-issuer';

/**
 * Starts an issuer on loopback, and returns the variables that choose it. Its access tokens and metadata have the shape that
 * Duende IdentityServer documents.
 */
export async function startLocalProvider(port: string): Promise<NodeJS.ProcessEnv> {
  const { url } = await createIssuer(4100);
  const document = `http://127.0.0.1:${port}/documents/7`;
  const issue = (scope: string) => `$(curl -s '${url}/token?scope=${scope}')`;
  const send = (scope: string) => `-H "Authorization: Bearer ${issue(scope)}" ${document}`;
  console.log('Paste into another terminal, for 200, 401 and 403:');
  console.log(`  curl -i ${send('documents:read')}`);
  console.log(`  curl -i ${document}`);
  console.log(`  curl -i ${send('documents:write')}`);
  return { PROVIDER: 'duende', DUENDE_ISSUER: url, DUENDE_AUDIENCE: AUDIENCE };
}
