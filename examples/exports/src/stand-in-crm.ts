// A CRM in place of Salesforce: authorization code grant with PKCE, rotating refresh tokens, upserts by external id,
// and a page that shows the records. It keeps everything in memory, and authorizes everyone who clicks Allow.
import { createHash, randomBytes } from 'node:crypto';
import { createPageAssets, escapeHtml, sendPage, toTable } from '@mandate/example-pages';
import express, { type Express, type Request } from 'express';

export interface StandInCrm {
  readonly app: Express;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The registered redirect URIs; browsers return to no other. */
  readonly redirectUris: Set<string>;
  /** The records, by external id. */
  readonly records: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Ends every session, so that the next event's token is rejected. */
  endSessions(): void;
}

interface Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  accessToken: string;
  refreshToken: string;
}

interface Form {
  readonly decision?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly grant_type?: string;
  readonly code?: string;
  readonly code_verifier?: string;
  readonly redirect_uri?: string;
  readonly refresh_token?: string;
}

const readForm = (request: Request) => (request.body ?? {}) as Form;

const createSecret = () => randomBytes(24).toString('base64url');

export function createStandInCrm(): StandInCrm {
  const grants = new Map<string, Grant>(); // by code, until it is used
  const live = new Set<Grant>();
  const records = new Map<string, Readonly<Record<string, unknown>>>();
  const app = express();
  const crm: StandInCrm = {
    app,
    clientId: 'mandate',
    clientSecret: createSecret(),
    redirectUris: new Set(),
    records,
    endSessions: () => {
      for (const grant of live) grant.accessToken = createSecret();
    },
  };

  app.use(createPageAssets());

  app.get('/', (_req, res) => {
    const body = `<div data-live>${writeRecords(records)}</div>`;
    const lead = 'The records that the export has written, in place of a real CRM.';
    sendPage(res, { title: 'Stand-in CRM', lead, body, isLive: true });
  });

  app.get('/services/oauth2/authorize', (req, res) => {
    if (!crm.redirectUris.has(String(req.query['redirect_uri']))) {
      const body = '<p>The redirect URI of this request is not registered with the CRM.</p>';
      sendPage(res.status(400), { title: 'Log-in failed', body });
      return;
    }
    sendPage(res, { title: 'Log in to the stand-in CRM', body: CONSENT });
  });

  app.post('/services/oauth2/authorize', express.urlencoded({ extended: false }), (req, res) => {
    const redirectUri = String(req.query['redirect_uri']);
    if (!crm.redirectUris.has(redirectUri)) return void res.sendStatus(400);
    const back = new URL(redirectUri);
    back.searchParams.set('state', String(req.query['state'] ?? ''));
    if (readForm(req).decision === 'allow') {
      const code = createSecret();
      const challenge = String(req.query['code_challenge']);
      const tokens = { accessToken: createSecret(), refreshToken: createSecret() };
      grants.set(code, { redirectUri, challenge, ...tokens });
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', 'access_denied');
    res.redirect(back.href);
  });

  app.post('/services/oauth2/token', express.urlencoded({ extended: false }), (req, res) => {
    const form = readForm(req);
    const isClient = form.client_id === crm.clientId && form.client_secret === crm.clientSecret;
    if (!isClient) return void res.status(401).json({ error: 'invalid_client' });
    const grant = form.grant_type === 'refresh_token' ? refresh(form) : exchange(form);
    if (grant === undefined) return void res.status(400).json({ error: 'invalid_grant' });
    res.set('cache-control', 'no-store').json({
      access_token: grant.accessToken,
      refresh_token: grant.refreshToken,
      token_type: 'Bearer',
      instance_url: `${req.protocol}://${req.get('host')}`,
    });
  });

  app.patch('/services/data/:version/sobjects/:object/:field/:id', express.json(), (req, res) => {
    const token = req.get('authorization')?.replace(/^Bearer /, '');
    if (![...live].some(({ accessToken }) => accessToken === token)) {
      const errorCode = 'INVALID_SESSION_ID';
      res.status(401).json([{ message: 'Session expired or invalid', errorCode }]);
      return;
    }
    const { id } = req.params;
    const created = !records.has(id);
    records.set(id, { ...records.get(id), ...(req.body as object) });
    res.status(created ? 201 : 200).json({ id, success: true, created });
  });

  function exchange(form: Form): Grant | undefined {
    const { code = '' } = form;
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash('sha256').update(String(form.code_verifier)).digest('base64url');
    const isHolder = grant?.challenge === challenge && grant.redirectUri === form.redirect_uri;
    if (grant === undefined || !isHolder) return undefined;
    live.add(grant);
    return grant;
  }

  function refresh(form: Form): Grant | undefined {
    const grant = [...live].find(({ refreshToken }) => refreshToken === form.refresh_token);
    return (
      grant && Object.assign(grant, { accessToken: createSecret(), refreshToken: createSecret() })
    );
  }

  return crm;
}

function writeRecords(records: StandInCrm['records']): string {
  if (records.size === 0) return '<p class="empty">No records yet.</p>';
  const rows = [...records].map(([id, fields]) => [
    `<code>${escapeHtml(id)}</code>`,
    Object.entries(fields)
      .map(([name, value]) => `<b>${escapeHtml(name)}</b> ${escapeHtml(JSON.stringify(value))}`)
      .join('<br>'),
  ]);
  return toTable(['External ID', 'Fields'], rows);
}

const CONSENT = `<form method="post" class="card narrow"><h2>Mandate requests access</h2>
<p>It will write engagements to this CRM on your behalf.</p>
<div class="buttons"><button name="decision" value="allow">Allow</button> <button class="quiet">Deny</button></div></form>`;
