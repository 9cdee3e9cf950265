import type {
  AuthorizationResult,
  Connection,
  ConnectionReason,
  ConnectionStatus,
  NewConnection,
  StoredConnection,
} from '@mandate/exports';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';
import { addDeliveries } from './add-deliveries.js';
import { at, type PageStates, press, type Sites, type State, skipBrowserChecks } from './state.js';
import { DAY_MS, LONG_EMAIL, LONG_NAME } from './state-site.js';

const LONG_URL = `https://crm.example.com/services/${LONG_NAME}/hooks?tenant=${LONG_NAME}`;
const CLIENT = { clientId: LONG_NAME, clientSecret: 'secret' } as const;
const SALESFORCE = {
  kind: 'salesforce',
  ...{ object: 'Engagement__c', externalIdField: 'Engagement_Id__c', apiVersion: 'v62.0' },
  fields: { Type__c: 'engagement.type', Ended_At__c: 'engagement.ended_at' },
} as const;

/** A connection of each kind, by what it is called here. */
const KINDS = {
  login: {
    ...({ preset: 'generic', name: LONG_NAME, siteId: LONG_NAME } as const),
    ...{ ...CLIENT, authorizationEndpoint: LONG_URL, tokenEndpoint: LONG_URL },
    ...{ revocationEndpoint: LONG_URL, issuer: LONG_URL, scopes: ['events.write', 'offline'] },
    ...{ pkce: false, reauthorizationErrors: ['session gone', LONG_NAME.slice(0, 64)] },
    ...({ clientAuthentication: 'client_secret_basic_raw' } as const),
    ...({ destination: { kind: 'webhook', url: LONG_URL }, exportTypes: ['engagement'] } as const),
  },
  salesforce: {
    ...({ preset: 'salesforce', name: 'Acme', siteId: 'site-1', destination: SALESFORCE } as const),
    ...CLIENT,
    authorizationEndpoint: 'https://login.salesforce.com/services/oauth2/authorize',
    tokenEndpoint: 'https://login.salesforce.com/services/oauth2/token',
  },
  credentials: {
    ...({ preset: 'generic', grantType: 'client_credentials', name: 'Ledger' } as const),
    ...{ ...CLIENT, siteId: 'site-1', tokenEndpoint: 'https://id.example.com/token' },
    destination: { kind: 'webhook', url: 'https://example.com/hook' },
  },
  plain: {
    ...({ preset: 'generic', grantType: 'none', name: 'Archive', siteId: 'site-2' } as const),
    header: { name: 'Authorization', value: 'Basic eA==' },
    destination: { kind: 'webhook', url: 'https://example.com/archive' },
  },
} as const satisfies Readonly<Record<string, NewConnection>>;

type Kind = keyof typeof KINDS;

const AUTHORIZED: Partial<StoredConnection> = {
  status: 'active',
  authorizedAtMs: Date.now() - 30 * DAY_MS,
  authorizedBy: LONG_EMAIL,
  refreshedAtMs: Date.now() - 3_600_000,
  sealedTokens: 'sealed',
};

/** Adds a connection, with what only time and a provider would bring about. */
async function add({ site }: Sites, kind: Kind, changes: Partial<StoredConnection> = {}) {
  const { connection } = await site.service.connections.create(KINDS[kind]);
  const stored = (await site.exportStore.getConnection(connection.id))!;
  const changed = { ...stored, ...changes, version: stored.version + 1 };
  await site.exportStore.replaceConnection(changed);
  return connection.id;
}

/** Opens a page of a connection that is added for this state. */
function of(
  kind: Kind,
  path = '',
  { changes, after }: { changes?: Partial<StoredConnection>; after?: State['open'] } = {},
): State {
  return {
    async open(page, sites) {
      const id = await add(sites, kind, changes);
      await page.goto(`${sites.site.origin}/exports/${id}${path}`);
      await after?.(page, sites);
    },
  };
}

/** Opens a page of a connection with deliveries of every outcome. */
function withDeliveries(path: string, after?: (page: Page) => Promise<unknown>): State {
  return {
    async open(page, sites) {
      const id = await add(sites, 'salesforce', AUTHORIZED);
      await addDeliveries(sites, id);
      await page.goto(`${sites.site.origin}/exports/${id}${path}`);
      await after?.(page);
    },
  };
}

const REASONS: Readonly<Record<ConnectionReason, StoredConnection['status']>> = {
  grant_revoked: 'needs_reauthorization',
  grant_uncertain: 'needs_reauthorization',
  no_refresh_token: 'needs_reauthorization',
  client_rejected: 'needs_reauthorization',
  secrets_unreadable: 'needs_reauthorization',
  receiver_gone: 'disabled',
  address_rejected: 'degraded',
  provider_unavailable: 'degraded',
  receiver_unavailable: 'degraded',
  proxy_failed: 'degraded',
  receiver_refused: 'degraded',
  events_rejected: 'degraded',
  destination_invalid: 'degraded',
  internal_error: 'degraded',
  token_refused: 'degraded',
  quota_exceeded: 'degraded',
  storage_exceeded: 'degraded',
  api_disabled: 'degraded',
  org_locked: 'degraded',
  feature_disabled: 'degraded',
  request_too_long: 'degraded',
  api_version_retired: 'degraded',
};

const toFailing = (reason: ConnectionReason): Partial<StoredConnection> => ({
  ...{ ...AUTHORIZED, reason, status: REASONS[reason] },
  failingSinceMs: Date.now() - 7_200_000,
  pausedUntilMs: Date.now() + 600_000,
});

const STATUSES: Readonly<Record<ConnectionStatus, Partial<StoredConnection>>> = {
  unauthorized: {},
  authorizing: { authorizingUntilMs: Date.now() + 600_000 },
  active: AUTHORIZED,
  degraded: toFailing('receiver_unavailable'),
  needs_reauthorization: toFailing('grant_revoked'),
  disabled: { ...AUTHORIZED, status: 'disabled' },
};

const RESULTS: Readonly<Record<AuthorizationResult | 'closed', true>> = {
  ...{ authorized: true, authorized_without_refresh_token: true, refresh_token_missing: true },
  ...{ denied: true, closed: true, state_unknown: true, session_mismatch: true },
  ...{ issuer_mismatch: true, provider_error: true, client_rejected: true, code_rejected: true },
  ...{ address_rejected: true, provider_unavailable: true, response_invalid: true },
};

function mapStates(
  names: Readonly<Record<string, unknown>>,
  toState: (name: string) => State,
  prefix: string,
): Readonly<Record<string, State>> {
  return Object.fromEntries(Object.keys(names).map((name) => [prefix + name, toState(name)]));
}

const DONE = { saved: true, enabled: true, disabled: true, disconnected: true, added: true };

/** Opens the page that a change leads to. */
const justChanged = (done: string): State => {
  const isDisabled = done === 'disabled' || done === 'disconnected';
  return of('plain', `?done=${done}`, {
    changes: isDisabled ? { status: 'disabled' } : {},
    after: (page) => page.locator('.notice.good').waitFor(),
  });
};

/** The window of a log-in that ends with a result. */
const endLogin = (result: string): State => ({
  session: null,
  async open(page, sites) {
    const { connections } = sites.site.service;
    const id = await add(sites, 'salesforce', AUTHORIZED);
    const connection: Connection = await connections.get(id);
    vi.spyOn(connections, 'findByState').mockResolvedValue(connection);
    vi.spyOn(connections, 'finishAuthorization').mockResolvedValue(result as AuthorizationResult);
    await page.goto(`${sites.site.origin}/exports/callback/${id}`);
  },
});

const { closed: _, ...ENDS } = RESULTS;

const withTest = (result: object, kind: Kind = 'plain'): State =>
  of(kind, '', {
    changes: AUTHORIZED,
    async after(page, { site }) {
      const answer = { failure: undefined, reason: undefined, responseStatus: undefined };
      const sent = { isAccepted: false, ...answer, ...result };
      vi.spyOn(site.service, 'sendTest').mockResolvedValue(sent);
      await press(page, 'Send test event');
    },
  });

async function fillNew(page: Page, origin: string, preset: string): Promise<void> {
  await page.goto(`${origin}/exports/new?preset=${preset}`);
  for (const field of ['Name', 'Site ID', 'Client ID', 'Client secret']) {
    await page.getByLabel(field, { exact: true }).fill(LONG_NAME);
  }
}

const openMore = (page: Page) => page.getByText('More settings').click();

/** Fills the list with a connection in every state. */
export async function addConnections(sites: Sites): Promise<void> {
  for (const status of Object.keys(STATUSES)) {
    await add(sites, 'login', STATUSES[status as ConnectionStatus]);
  }
  for (const reason of Object.keys(REASONS)) {
    await add(sites, 'salesforce', toFailing(reason as ConnectionReason));
  }
  for (const kind of ['credentials', 'plain'] as const) await add(sites, kind);
}

const NEW = '/exports/new?preset=';

export const EXPORT_STATES: PageStates = {
  ConnectionListPage: {
    'with exports in every state': at('/exports'),
    'without exports': { open: (page, { empty }) => page.goto(`${empty.origin}/exports`) },
  },
  ChooseSystemPage: { open: at('/exports/new') },
  NewConnectionPage: {
    ...mapStates(
      {
        ...{ salesforce: 1, generic: 1, hubspot: 1, zoho: 1, slack: 1, google: 1, microsoft: 1 },
        ...{ 'salesforce&grantType=client_credentials': 1, 'generic&grantType=none': 1 },
        'generic&grantType=client_credentials': 1,
      },
      (system) => at(NEW + system),
      'for ',
    ),
    'with more settings': {
      async open(page, { site }) {
        await page.goto(`${site.origin}${NEW}generic`);
        await openMore(page);
      },
    },
    'with a problem of each field': {
      async open(page, { site }) {
        await page.goto(`${site.origin}${NEW}generic`);
        await openMore(page);
        const url = `http://${LONG_NAME}`;
        for (const field of ['Authorization URL', 'Access token URL', 'Webhook URL']) {
          await page.getByLabel(field).fill(url);
        }
        await page.getByLabel('Scopes').fill('a"b');
        await page.getByLabel('Revocation URL').fill(url);
        await page.getByLabel('Issuer').fill(url);
        await page.getByLabel('Errors that end').fill(LONG_NAME);
        await skipBrowserChecks(page);
        await press(page, 'Save');
      },
    },
    'with the callback URL': {
      async open(page, { site }) {
        await page.goto(`${site.origin}${NEW}generic`);
        await page.getByLabel('Authorization URL').fill(LONG_URL);
        await page.getByLabel('Access token URL').fill(LONG_URL);
        await press(page, 'Show callback URL');
      },
    },
    'without the URLs that the callback URL needs': {
      async open(page, { site }) {
        await page.goto(`${site.origin}${NEW}generic`);
        await press(page, 'Show callback URL');
      },
    },
    'with problems of a Salesforce object': {
      async open(page, { site }) {
        await fillNew(page, site.origin, 'salesforce');
        await page.getByLabel('Fields', { exact: true }).fill('Type__c engagement.type\nÄ = x');
        await page.getByLabel('API version').fill('62');
        await press(page, 'Save');
      },
    },
  },
  EditConnectionPage: {
    'of a log-in, with more settings': of('login', '/configure', { after: openMore }),
    'of Salesforce': of('salesforce', '/configure'),
    'of client credentials': of('credentials', '/configure', { after: openMore }),
    'of a webhook without OAuth': of('plain', '/configure'),
    'with problems': of('plain', '/configure', {
      async after(page) {
        await page.getByLabel('Name', { exact: true }).fill(LONG_NAME.repeat(2));
        await page.getByLabel('Header name').fill('Content-Type');
        await page.getByLabel('Header value').fill('ä');
        await press(page, 'Save');
      },
    }),
    'that another administrator changed': of('plain', '/configure', {
      async after(page, { site }) {
        const id = page.url().split('/').at(-2)!;
        await site.service.connections.update(id, { name: 'Renamed in the meantime' });
        await press(page, 'Save');
      },
    }),
  },
  ConnectionPage: {
    ...mapStates(
      STATUSES,
      (status) => of('login', '', { changes: STATUSES[status as ConnectionStatus] }),
      'with the status ',
    ),
    ...mapStates(
      REASONS,
      (reason) => of('salesforce', '', { changes: toFailing(reason as ConnectionReason) }),
      'failing because of ',
    ),
    ...mapStates(
      RESULTS,
      (result) => of('salesforce', `?result=${result}`, { changes: AUTHORIZED }),
      'after the log-in result ',
    ),
    ...mapStates(DONE, justChanged, 'just '),
    'disabled after a log-in': of('login', '?result=authorized', { changes: STATUSES.disabled }),
    'of client credentials': of('credentials'),
    'of a webhook without OAuth': of('plain'),
    'with deliveries': withDeliveries('', async (page) => {
      await page.getByText('Numbers by hour').click();
    }),
  },
  DisablePage: { open: of('login', '/disable', { changes: AUTHORIZED }) },
  DisconnectPage: {
    'with a revocation URL': of('login', '/disconnect', { changes: AUTHORIZED }),
    'without a revocation URL': of('salesforce', '/disconnect', {
      changes: { ...AUTHORIZED, revocationEndpoint: undefined },
    }),
  },
  RotateSigningSecretPage: { open: of('login', '/signing-secret') },
  SigningSecretPage: {
    'of a new export': {
      async open(page, { site }) {
        await page.goto(`${site.origin}${NEW}generic&grantType=none`);
        await page.getByLabel('Name', { exact: true }).fill(LONG_NAME);
        await page.getByLabel('Site ID').fill('site-1');
        await page.getByLabel('Webhook URL').fill('https://example.com/hook');
        await press(page, 'Save');
      },
    },
    'that was rotated': of('plain', '/signing-secret', { after: (page) => press(page, 'Rotate') }),
  },
  DeliveryLogPage: {
    'with every failure': withDeliveries('/deliveries'),
    'its second page': withDeliveries('/deliveries', async (page) => {
      await page.getByRole('link', { name: 'Next page' }).click();
      await page.getByRole('link', { name: 'First page' }).waitFor();
    }),
    'after a replay': withDeliveries('/deliveries?status=dead', async (page) => {
      const answer = page.waitForEvent('load');
      await page
        .getByRole('button', { name: /^Replay/ })
        .first()
        .click();
      await answer;
      await page.getByText('One dead letter is sent again.').waitFor();
    }),
    'after a replay of many': withDeliveries('/replay', async (page) => {
      await press(page, 'Replay');
    }),
    'after a replay of none': withDeliveries('/replay', async (page) => {
      await page.getByLabel('Queued before').fill('2001-01-01T00:00');
      await press(page, 'Replay');
    }),
    'without a match': of('salesforce', '/deliveries?status=dead&engagementId=none'),
    'without deliveries': of('salesforce', '/deliveries'),
  },
  ReplayPage: {
    'with dead letters': withDeliveries('/replay'),
    'without dead letters': of('salesforce', '/replay'),
    'with a problem': withDeliveries('/replay', async (page) => {
      await page.getByLabel('Reason').evaluate((select: HTMLSelectElement) => {
        select.options[1]!.value = 'unknown';
        select.selectedIndex = 1;
      });
      await press(page, 'Replay');
    }),
  },
  TestResultPage: {
    'accepted by a webhook': withTest({ isAccepted: true, responseStatus: 204 }),
    'accepted by Salesforce': withTest({ isAccepted: true, responseStatus: 200 }, 'salesforce'),
    'rejected by the receiver': withTest({ failure: 'receiver_refused', responseStatus: 403 }),
    'without an access token': withTest({ reason: 'grant_revoked' }, 'salesforce'),
    'without an answer': withTest({}),
  },
  LeavePage: {
    'without scripts': {
      ...of('login', '', {
        async after(page) {
          await page.locator('form[data-popup]').evaluate((form: HTMLFormElement) => {
            form.target = '_self';
          });
          await page.getByRole('button', { name: 'Authorize export' }).click();
          await page.getByRole('link', { name: 'Continue' }).waitFor();
        },
      }),
      isScriptless: true,
    },
  },
  ResultPage: mapStates(ENDS, endLogin, 'of '),
};
