import { createKeySet, type JwtIssuer } from '@mandate/core/jwt';
import { AUDIENCE } from './access-token.js';
import { createIssuer } from './issuer.js';

const PORT = 4100;

/**
 * The issuer that `ISSUER`, `AUDIENCE` and `JWKS_URI` name, or without all three a new one on loopback.
 * @param query what a token for the example needs: `scope=SEARCH`
 * @param request the arguments of a curl command that the token allows
 */
export async function findIssuer(query: string, request: string): Promise<JwtIssuer> {
  const { ISSUER, AUDIENCE: audience, JWKS_URI } = process.env;
  const isGiven = [ISSUER, audience, JWKS_URI].some((value) => value !== undefined);
  if (isGiven) {
    const keys = createKeySet({ url: JWKS_URI ?? '' });
    return { issuer: ISSUER ?? '', audience: audience ?? '', keys };
  }
  const { url, jwksUri } = await createIssuer(PORT);
  console.log('Paste into another terminal:');
  console.log(`  TOKEN=$(curl -s '${url}/token?${query}')`);
  console.log(`  curl -iH "Authorization: Bearer $TOKEN" ${request}`);
  return { issuer: url, audience: AUDIENCE, keys: createKeySet({ url: jwksUri }) };
}
