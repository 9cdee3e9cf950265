import { checkOptions } from '@mandate/internal/check-options';
import { AuthError } from '../auth-error.js';
import type { Claims } from '../claims.js';
import type { Credentials } from '../credentials.js';
import { type JwtHeader, parseJwt } from '../jws/parse-jwt.js';
import { checkClaims } from '../jwt/check-claims.js';
import { compileIssuer } from '../jwt/compile-issuer.js';
import { findSigner } from '../jwt/find-signer.js';
import { checkHeader } from '../jwt/header.js';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import type { Principal } from '../principal.js';
import type { TokenVerifier, VerifierAudience } from '../verifier.js';
import { createAlbKeySet } from './aws-alb-keys.js';
import { checkName, toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface AwsAlbOptions extends ProviderOptions {
  /** The ARNs of the load balancers. All load balancers of a region, of every customer, share their keys. */
  readonly signers: string | readonly string[];
  /** The issuer of the identity provider, as the rule of the listener has it. */
  readonly issuer: string;
  /** The client ID of the load balancer at the identity provider. A list holds alternatives. */
  readonly clientIds: string | readonly string[];
}

/** The header in which a load balancer passes the claims of the user. */
const HEADER = 'x-amzn-oidc-data';
const ARN =
  /^arn:(aws|aws-us-gov):elasticloadbalancing:([a-z0-9-]+):\d{12}:loadbalancer\/app\/[\w-]+\/[0-9a-f]+$/;

/**
 * Creates a verifier of the tokens that AWS Application Load Balancers add to requests:
 * {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html Authenticate users using an Application Load Balancer}.
 *
 * It is not an issuer for `createJwtVerifier`, because the segments of these tokens have padding, and `iss`, `exp`, the
 * client and the load balancer stand in their header. It reads the header `x-amzn-oidc-data` of the request, accepts every
 * request that has it, and must be the first verifier of the guard. The tokens have no scopes.
 *
 * @throws TypeError if an option is unknown, missing or invalid, or the load balancers are of several regions.
 *
 * @example
 * const guard = createGuard({
 *   verifiers: [
 *     createAwsAlbVerifier({
 *       signers: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188',
 *       issuer: 'https://sso.example.com',
 *       clientIds: ['load-balancer'],
 *     }),
 *   ],
 *   token: createTokenFinder([{ header: 'x-amzn-oidc-data' }]),
 * });
 */
export function createAwsAlbVerifier(options: AwsAlbOptions): TokenVerifier {
  checkOptions<AwsAlbOptions>('createAwsAlbVerifier', options, {
    signers: true,
    issuer: true,
    clientIds: true,
    ...PROVIDER_OPTIONS,
  });
  const owner = 'createAwsAlbVerifier';
  const signers = toNames(owner, 'signers', options.signers);
  const keysUrl = toKeysUrl(signers);
  checkName(owner, 'issuer', options.issuer);
  const issuer = buildIssuer(owner, options, {
    issuer: options.issuer,
    audience: null,
    clientIds: toNames(owner, 'clientIds', options.clientIds),
    algorithms: ['ES256'],
    keys: createAlbKeySet(keysUrl),
  });
  return new AwsAlbVerifier(issuer, new Set<unknown>(signers));
}

/** The page above has the URLs of the commercial regions and of GovCloud. */
function toKeysUrl(signers: readonly string[]): string {
  const urls = signers.map((signer) => {
    const [, partition, region] = ARN.exec(signer) ?? [];
    if (region === undefined) {
      throw new TypeError(
        'createAwsAlbVerifier: signers must be ARNs of application load balancers',
      );
    }
    return partition === 'aws'
      ? `https://public-keys.auth.elb.${region}.amazonaws.com`
      : `https://s3-${region}.amazonaws.com/aws-elb-public-keys-prod-${region}`;
  });
  const [url = ''] = urls;
  if (urls.every((one) => one === url)) return url;
  throw new TypeError('createAwsAlbVerifier: signers must be load balancers of one region');
}

class AwsAlbVerifier implements TokenVerifier {
  readonly #issuer: ReturnType<typeof compileIssuer>;
  readonly #signers: ReadonlySet<unknown>;

  constructor(issuer: JwtIssuer, signers: ReadonlySet<unknown>) {
    this.#issuer = compileIssuer(issuer);
    this.#signers = signers;
  }

  accepts({ request }: Credentials): boolean {
    return (request.header(HEADER) ?? '') !== '';
  }

  /** Its tokens name a client and no audience. */
  audiences(): readonly VerifierAudience[] {
    return [{ name: this.#issuer.label, audiences: null }];
  }

  async verify({ request, nowMs }: Credentials): Promise<Principal> {
    const token = request.header(HEADER) ?? '';
    const [header = '', payload = '', signature = ''] = token.split('.').map(cutPadding);
    const jwt =
      token.split('.').length === 3 ? parseJwt(`${header}.${payload}.${signature}`) : undefined;
    if (jwt === undefined) throw new AuthError('token_invalid', 'the token is not a JWT');
    const alg = checkHeader(jwt.header, this.#issuer);
    const claims = this.#toClaims(jwt.header, jwt.claims);
    const validity = checkClaims(claims, this.#issuer, nowMs);
    const keys = await this.#issuer.keys.find(jwt.header, request);
    if (keys.length === 0) {
      throw new AuthError('token_invalid', 'the issuer has no key for this token');
    }
    // The signature covers the padding.
    const signed = `${token.slice(0, token.lastIndexOf('.'))}.${signature}`;
    const key = await findSigner(signed, keys, alg);
    if (key === undefined) throw new AuthError('token_invalid', 'the signature is wrong');
    this.#issuer.checkVerified(claims, key);
    return this.#issuer.toPrincipal(claims, validity);
  }

  /** The claims of the user, with what the load balancer asserts in the header in place of their own. */
  #toClaims({ signer, iss, client, exp }: JwtHeader, user: Claims): Claims {
    if (!this.#signers.has(signer)) {
      throw new AuthError('token_invalid', 'another load balancer signed the token');
    }
    if (!this.#issuer.names?.includes(iss as string)) {
      throw new AuthError('token_invalid', 'the issuer is not accepted');
    }
    const { azp: _azp, cid: _cid, appid: _appid, ...others } = user;
    return { ...others, iss: iss as string, client_id: client as string, exp: exp as number };
  }
}

/** At most two characters of padding, which base64url does not need. */
function cutPadding(segment: string): string {
  return segment.replace(/={1,2}$/, '');
}
