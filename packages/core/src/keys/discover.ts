import { describeUrlFault } from './check-key-url.js';
import { type FetchTextOptions, fetchText, parseAnswer, StatusError } from './fetch-text.js';

export interface DiscoverOptions extends FetchTextOptions {
  readonly allowHttp: boolean;
}

/**
 * Finds the `jwks_uri` of an issuer in its metadata: OpenID Connect Discovery 1.0 §4, otherwise RFC 8414 §3.
 * @throws Error whose message states what is wrong with the answer and quotes nothing of it.
 */
export async function discoverKeySetUrl(issuer: string, options: DiscoverOptions): Promise<string> {
  const [openId, oauth] = toMetadataUrls(issuer);
  try {
    return await fetchKeySetUrl(openId, issuer, options);
  } catch (first) {
    try {
      return await fetchKeySetUrl(oauth, issuer, options);
    } catch (second) {
      // An issuer need not have both documents, so an invalid document is reported rather than a missing one.
      throw first instanceof MetadataError && !(first.cause instanceof StatusError)
        ? first
        : second;
    }
  }
}

/** A fault of the metadata, with the URL it was fetched from. */
export class MetadataError extends Error {
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super('the metadata of the issuer cannot be used', { cause });
    this.url = url;
  }
}

/** OpenID Connect appends the well-known part to the path; RFC 8414 §3.1 inserts it before the path. */
export function toMetadataUrls(issuer: string): readonly [openId: string, oauth: string] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

async function fetchKeySetUrl(
  url: string,
  issuer: string,
  options: DiscoverOptions,
): Promise<string> {
  try {
    return toKeySetUrl(await fetchText(url, options), issuer, options.allowHttp);
  } catch (error) {
    throw new MetadataError(url, error);
  }
}

function toKeySetUrl(text: string, issuer: string, allowHttp: boolean): string {
  const metadata = parseAnswer(text);
  if (typeof metadata !== 'object' || metadata === null) throw new Error('it is not an object');
  const { issuer: named, jwks_uri: url } = metadata as Record<string, unknown>;
  // Otherwise one issuer could publish another issuer's keys as its own (OpenID Connect Discovery §4.3).
  if (named !== issuer) throw new Error('its "issuer" is not the configured issuer');
  if (typeof url !== 'string') throw new Error('it has no "jwks_uri"');
  const fault = describeUrlFault(url, allowHttp);
  if (fault !== undefined) throw new Error(`its "jwks_uri" ${fault}`);
  return url;
}
