import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import * as provider from '@mandate/core/providers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { judgeToken } from '../support/judge-token.js';
import { fixtureKey, signSegments, toJwks } from '../support/tokens.js';

interface Variant {
  /** The page that documents it. */
  readonly page: string;
  readonly configure: () => JwtIssuer;
  /** The issuer in tokens, or the accepted ones. */
  readonly issuer: string | readonly string[];
  /** Every URL that is fetched for the keys. */
  readonly fetched: readonly string[];
}

const audience = 'orders';
const ENVIRONMENT = 'abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6';
const GITHUB = 'https://token.actions.githubusercontent.com';

/** Regions, custom domains and installations of one's own. */
const VARIANTS: Readonly<Record<string, Variant>> = {
  'Auth0 with a custom domain': {
    page: 'https://auth0.com/docs/customize/custom-domains/configure-features-to-use-custom-domains',
    configure: () => provider.auth0({ domain: 'login.example.com', audience, scopesFrom: 'scope' }),
    issuer: 'https://login.example.com/',
    fetched: ['https://login.example.com/.well-known/jwks.json'],
  },
  'Okta with a custom domain': {
    page: 'https://developer.okta.com/docs/guides/custom-url-domain/main/',
    configure: () =>
      provider.okta({
        domain: 'id.example.com',
        authorizationServer: 'aus9o8wzkhckw9TLa0h7',
        audience,
      }),
    issuer: 'https://id.example.com/oauth2/aus9o8wzkhckw9TLa0h7',
    fetched: ['https://id.example.com/oauth2/aus9o8wzkhckw9TLa0h7/v1/keys'],
  },
  'Okta Preview': {
    page: 'https://developer.okta.com/docs/concepts/auth-servers/',
    configure: () =>
      provider.okta({
        domain: 'example.oktapreview.com',
        authorizationServer: 'default',
        audience,
      }),
    issuer: 'https://example.oktapreview.com/oauth2/default',
    fetched: ['https://example.oktapreview.com/oauth2/default/v1/keys'],
  },
  'Keycloak below /auth': {
    page: 'https://www.keycloak.org/server/all-config',
    configure: () =>
      provider.keycloak({ url: 'https://sso.example.com/auth', realm: 'staff', client: 'orders' }),
    issuer: 'https://sso.example.com/auth/realms/staff',
    fetched: ['https://sso.example.com/auth/realms/staff/protocol/openid-connect/certs'],
  },
  'Cognito in GovCloud': {
    page: 'https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html',
    configure: () => provider.cognito({ userPoolId: 'us-gov-west-1_EXAMPLE', clientIds: 'a' }),
    issuer: 'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_EXAMPLE',
    fetched: [
      'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_EXAMPLE/.well-known/jwks.json',
    ],
  },
  'Cognito in China': {
    page: 'https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html',
    configure: () => provider.cognito({ userPoolId: 'cn-north-1_EXAMPLE', clientIds: 'a' }),
    issuer: 'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_EXAMPLE',
    fetched: [
      'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_EXAMPLE/.well-known/jwks.json',
    ],
  },
  'PingOne in Europe': {
    page: 'https://developer.pingidentity.com/pingone-api/platform/custom-domains.html',
    configure: () =>
      provider.pingOne({ environmentId: ENVIRONMENT, audience, host: 'auth.pingone.eu' }),
    issuer: 'https://auth.pingone.eu/abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6/as',
    fetched: ['https://auth.pingone.eu/abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6/as/jwks'],
  },
  'PingOne with a custom domain': {
    page: 'https://developer.pingidentity.com/pingone-api/platform/custom-domains.html',
    configure: () =>
      provider.pingOne({ environmentId: ENVIRONMENT, audience, customDomain: 'auth.example.com' }),
    issuer: 'https://auth.example.com/as',
    fetched: ['https://auth.example.com/as/jwks'],
  },
  'GitHub Actions of an enterprise with an issuer of its own': {
    page: 'https://docs.github.com/enterprise-cloud@latest/rest/actions/oidc',
    configure: () =>
      provider.githubActions({ audience, owners: 'octo-org', issuer: `${GITHUB}/octocat-inc` }),
    issuer: `${GITHUB}/octocat-inc`,
    fetched: [`${GITHUB}/octocat-inc/.well-known/jwks`],
  },
  'GitHub Actions of GitHub Enterprise Server': {
    page: 'https://docs.github.com/enterprise-server@latest/actions/reference/security/oidc',
    configure: () =>
      provider.githubActions({
        audience,
        owners: 'octo-org',
        issuer: 'https://github.example.com/_services/token',
      }),
    issuer: 'https://github.example.com/_services/token',
    fetched: ['https://github.example.com/_services/token/.well-known/jwks'],
  },
  'GitLab of your own': {
    page: 'https://docs.gitlab.com/ci/secrets/id_token_authentication/',
    configure: () => provider.gitlabCi({ audience, projects: 'a/b', host: 'gitlab.example.com' }),
    issuer: 'https://gitlab.example.com',
    fetched: ['https://gitlab.example.com/oauth/discovery/keys'],
  },
  'Salesforce, a sandbox': {
    page: 'https://help.salesforce.com/s/articleView?id=sf.domain_name_url_formats.htm',
    configure: () =>
      provider.salesforce({ domain: 'example--dev.sandbox.my.salesforce.com', clientIds: 'a' }),
    issuer: 'https://example--dev.sandbox.my.salesforce.com',
    fetched: ['https://example--dev.sandbox.my.salesforce.com/id/keys'],
  },
  'Supabase with a custom domain': {
    page: 'https://supabase.com/docs/guides/platform/custom-domains',
    configure: () => provider.supabase({ host: 'api.example.com' }),
    issuer: 'https://api.example.com/auth/v1',
    fetched: ['https://api.example.com/auth/v1/.well-known/jwks.json'],
  },
  'Hydra, found by its metadata': {
    page: 'https://www.ory.com/docs/oauth2-oidc/jwt-access-token',
    configure: () => provider.hydra({ issuer: 'https://example.projects.oryapis.com', audience }),
    issuer: 'https://example.projects.oryapis.com',
    fetched: [
      'https://example.projects.oryapis.com/.well-known/openid-configuration',
      'https://example.projects.oryapis.com/.well-known/jwks.json',
    ],
  },
};

/** Answers each URL, and returns those that were asked. */
function recordFetches(answer: (url: string) => Promise<Response>): readonly string[] {
  const fetched: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    fetched.push(url);
    return answer(url);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return fetched;
}

test.each(Object.entries(VARIANTS).map(([name, variant]) => ({ name, ...variant })))(
  '$name ($page)',
  async ({ configure, issuer, fetched }) => {
    const [host] = [issuer].flat();
    const found = recordFetches(async (url) =>
      Response.json(
        url.endsWith('openid-configuration')
          ? { issuer: host, jwks_uri: `${host}/.well-known/jwks.json` }
          : toJwks(await fixtureKey('RS256')),
      ),
    );
    const configured = configure();
    expect(configured.issuer).toEqual(issuer);
    await createJwtVerifier(configured).warmUp?.();
    expect(found).toEqual(fetched);
  },
);

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding
test.each([
  ['aws', 'eu-south-2', 'https://public-keys.auth.elb.eu-south-2.amazonaws.com'],
  [
    'aws-us-gov',
    'us-gov-west-1',
    'https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1',
  ],
  [
    'aws-us-gov',
    'us-gov-east-1',
    'https://s3-us-gov-east-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-east-1',
  ],
])('Application Load Balancer, the keys of %s in %s', async (partition, region, url) => {
  const signer = `arn:${partition}:elasticloadbalancing:${region}:123456789012:loadbalancer/app/web/50dc6c495c0c9188`;
  const verifier = provider.createAwsAlbVerifier({
    signers: signer,
    issuer: 'https://sso.example.com',
    clientIds: 'lb',
  });
  const key = await fixtureKey('ES256');
  const kid = '12345678-1234-1234-1234-123456789012';
  const header = {
    alg: 'ES256',
    kid,
    signer,
    iss: 'https://sso.example.com',
    client: 'lb',
    exp: 9e9,
  };
  const token = await signSegments(header, { sub: 'ada' }, key);
  const fetched = recordFetches(async () => new Response('', { status: 404 }));
  const request = createRequest({ headers: { 'x-amzn-oidc-data': token }, token });
  await Promise.resolve(verifier.verify({ request, token, nowMs: 0 } as never)).catch(() => {});
  expect(fetched).toEqual([`${url}/${kid}`]);
});

test('Application Load Balancer, a partition for which AWS documents no keys', () => {
  const signers =
    'arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188';
  const options = { signers, issuer: 'https://sso.example.com', clientIds: 'lb' };
  expect(() => provider.createAwsAlbVerifier(options)).toThrow('signers must be ARNs');
});

test.each([
  [
    () => provider.githubActions({ audience, owners: 'a', issuer: 'http://github.example.com' }),
    'githubActions: issuer must be https:',
  ],
  [
    () => provider.pingOne({ environmentId: ENVIRONMENT, audience, customDomain: 'a.example/as' }),
    'pingOne: customDomain must be a host name',
  ],
  [() => provider.okta({ domain: 'id.example.com', authorizationServer: '', audience }), 'okta:'],
])('a variant is not made of an invalid option: %s', (configure, message) => {
  expect(configure).toThrow(message);
});

test('an installation with another issuer accepts no token of GitHub.com', async () => {
  recordFetches(async () => Response.json(toJwks(await fixtureKey('RS256'))));
  const verifier = createJwtVerifier(
    provider.githubActions({ audience, owners: 'octo-org', issuer: `${GITHUB}/octocat-inc` }),
  );
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = { aud: audience, sub: 'repo:octo-org/a', repository_owner: 'octo-org' };
  const times = { iat: nowSeconds, exp: nowSeconds + 300 };
  const key = await fixtureKey('RS256');
  const judge = async (iss: string) => {
    const header = { alg: 'RS256', kid: key.kid, typ: 'JWT' };
    return judgeToken(verifier, await signSegments(header, { iss, ...claims, ...times }, key));
  };
  expect(await judge(`${GITHUB}/octocat-inc`)).toMatchObject({ subject: 'repo:octo-org/a' });
  expect(await judge(GITHUB)).toBe('token_invalid');
});
