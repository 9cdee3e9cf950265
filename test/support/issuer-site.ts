import type { ServerResponse } from 'node:http';
import { listen } from './listen.js';
import { type SigningKey, toJwks } from './tokens.js';

/** What the site answers at a path: JSON, or what a function does with the response. */
export type Document = object | ((response: ServerResponse) => void);

/** An issuer on loopback: its documents by path, and the paths that were requested. */
export interface IssuerSite {
  readonly origin: string;
  readonly documents: Map<string, Document>;
  readonly requested: string[];
}

/** Serves documents until the test is over. Every other path answers 404. */
export async function createIssuerSite(): Promise<IssuerSite> {
  const documents = new Map<string, Document>();
  const requested: string[] = [];
  const origin = await listen((request, response) => {
    const path = request.url ?? '';
    requested.push(path);
    const document = documents.get(path);
    if (document === undefined) response.writeHead(404).end();
    else if (typeof document === 'function') document(response);
    else response.end(JSON.stringify(document));
  });
  return { origin, documents, requested };
}

/** Publishes the keys at `/jwks`, and metadata at the path that names them. */
export function publish(
  site: IssuerSite,
  { path, issuer, keys }: { path: string; issuer: string; keys: readonly SigningKey[] },
): void {
  site.documents.set('/jwks', toJwks(...keys));
  site.documents.set(path, { issuer, jwks_uri: `${site.origin}/jwks` });
}
