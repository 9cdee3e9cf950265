import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { createExports, createMemoryExportStore } from '@mandate/exports';
import {
  createAuthorizationHandler,
  createAuthorizationService,
  createMemoryDirectory,
  createMemorySigningKeyStore,
  createPasswordHasher,
  createSigningKeys,
} from '@mandate/issuer';
import { createSoapHandler } from '@mandate/issuer/soap';
import { createMemoryTokenStore, createTokenAuthority } from '@mandate/tokens';
import { createTokenAdminHandler } from '@mandate/tokens/admin';
import { mutateJson, mutateText } from './mutate.mjs';

const PASSWORD = 'correct horse';
/** What no answer may hold: the traces of a fault, and the secret. */
const INTERNAL =
  /\bat .*\.[cm]?[jt]s:\d+|TypeError|RangeError|SyntaxError|node_modules|correct horse/;

async function toOutcome(response, texts = []) {
  const text = await response.text();
  if (INTERNAL.test(text)) throw new Error(`an answer shows ${INTERNAL.exec(text)[0]}`);
  if (response.status === 500 && !texts.some((one) => text.includes(one)))
    throw new Error(`500: ${text.slice(0, 200)}`);
  return String(response.status);
}

async function createIssuer() {
  const directory = await createMemoryDirectory({
    passwords: createPasswordHasher({ cost: 10, parallelization: 1 }),
  });
  await directory.putGroup({ id: '12345', services: ['presence'] });
  await directory.putUser({ id: 'u-ada', username: 'ada', password: PASSWORD });
  await directory.putMembership({ userId: 'u-ada', groupId: '12345', scopes: ['PRESENCE'] });
  const gssnid = await directory.createSession('u-ada', new Date(Date.now() + 86_400_000));
  const faults = [];
  const service = createAuthorizationService({
    issuer: 'https://auth.example.com',
    directory,
    signingKeys: createSigningKeys({
      store: createMemorySigningKeyStore(),
      keyEncryptionKeys: [randomBytes(32)],
    }),
    services: { presence: { audience: 'https://presence.example.com' } },
    defaultService: 'presence',
  });
  // Passwords are left out, because each costs a slow hash on purpose.
  const fields = { gssnid, duration: '60', groupid: '12345', service: 'presence' };
  return { service, fields, faults, onError: (fault) => void faults.push(fault) };
}

/** SOAP envelopes. */
export async function soapEnvelopes() {
  const { service, fields, faults, onError } = await createIssuer();
  const handler = createSoapHandler({ service, url: 'https://auth.example.com/soap', onError });
  const namespace = await readNamespace(handler);
  const elements = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  const envelope = (version, header = '') =>
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${version}" xmlns:a="${namespace}">${header}<s:Body><a:Authorize>${elements.join('')}</a:Authorize></s:Body></s:Envelope>`;
  const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
  const seeds = [
    envelope(soap11),
    envelope(soap11, '<s:Header><w:Security xmlns:w="urn:w" s:mustUnderstand="1"/></s:Header>'),
    envelope('http://www.w3.org/2003/05/soap-envelope'),
  ];
  const fragments = [
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '&b;',
    '&#0;',
    '&#x1F600;',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?pi ?>',
    'xmlns=""',
    '</s:Body>',
    '<a:Authorize>',
    's:mustUnderstand="1"',
    'encoding="UTF-16"',
    '&amp;',
    "'",
    '"',
    ' xsi:nil="true"',
  ];
  const encodings = ['utf8', 'utf16le', 'latin1'];
  return {
    generate: (random) => ({
      text: mutateText(random.pick(seeds), random, { fragments, most: 4 }),
      encoding: random.below(8) === 0 ? random.pick(encodings) : 'utf8',
      type:
        random.below(8) === 0
          ? mutateText('text/xml; charset=utf-8', random, { fragments: ['utf-16', 'charset='] })
          : 'text/xml; charset=utf-8',
    }),
    async run({ text, encoding, type }) {
      const request = toRequest('https://auth.example.com/soap', type, Buffer.from(text, encoding));
      if (request === undefined) return 'no request';
      const outcome = await toOutcome(await handler(request, { remoteAddress: toAddress(text) }), [
        'Fault',
      ]);
      if (faults.length > 0) throw faults.pop();
      return outcome;
    },
  };
}

async function readNamespace(handler) {
  const wsdl = await (await handler(new Request('https://auth.example.com/soap?wsdl'), {})).text();
  return /targetNamespace="([^"]+)"/.exec(wsdl)[1];
}

/** Another address for each text, or the limit of attempts would answer for all others. */
function toAddress(text) {
  const [a, b, c] = createHash('sha256').update(text).digest();
  return `10.${a}.${b}.${c}`;
}

/** A request, unless the runtime itself rejects its header. */
function toRequest(url, type, body) {
  try {
    return new Request(url, { method: 'POST', headers: { 'content-type': type }, body });
  } catch {
    return undefined;
  }
}

/** Log-ins as JSON and as forms, and the administration of issued tokens. */
export async function serviceBodies() {
  const { service, fields, faults, onError } = await createIssuer();
  const authorize = createAuthorizationHandler({ service, onError });
  const authority = createTokenAuthority({ store: createMemoryTokenStore() });
  const admin = createTokenAdminHandler({
    authority,
    authorizeAdmin: () => ({ subject: 'root', isSuperAdmin: true }),
    onError,
  });
  const logIn = JSON.stringify(fields);
  const form = String(new URLSearchParams(fields));
  const token = JSON.stringify({
    description: 'a token',
    permission: 'USER',
    userEmail: 'ada@example.com',
    scopes: ['A'],
    expiresAt: '2126-01-01T00:00:00Z',
    allowedAddresses: ['192.0.2.0/24'],
  });
  const fragments = [
    '"GLOBAL"',
    '"ANONYMOUS"',
    '["*"]',
    '["A","A"]',
    '"2027-01-01"',
    '"0001-01-01T00:00:00Z"',
    '["::/0"]',
    '"12345"',
    '60',
    '121',
  ];
  const kinds = [
    {
      handler: authorize,
      url: 'https://auth.example.com/authorize',
      type: 'application/json',
      seed: logIn,
      change: mutateJson,
    },
    {
      handler: authorize,
      url: 'https://auth.example.com/authorize',
      type: 'application/x-www-form-urlencoded',
      seed: form,
      change: mutateText,
    },
    {
      handler: admin,
      url: 'https://admin.example.com/tokens',
      type: 'application/json',
      seed: token,
      change: mutateJson,
    },
  ];
  return {
    generate(random) {
      const kind = random.pick(kinds);
      return { ...kind, text: kind.change(kind.seed, random, { fragments }) };
    },
    async run({ handler, url, type, text }) {
      const outcome = await toOutcome(
        await handler(toRequest(url, type, text), { remoteAddress: toAddress(text) }),
      );
      if (faults.length > 0) throw faults.pop();
      return `${new URL(url).pathname} ${outcome}`;
    },
  };
}

const SESSION = 'a-cookie-that-nobody-guesses';
const PRESETS = ['generic', 'salesforce', 'slack', 'zoho', 'hubspot', 'google', 'microsoft'];
const RESULTS = /^[a-z]+(?:_[a-z]+)*$/;

/** What a token endpoint answers over a connection of this machine, headers included. */
export async function tokenAnswers() {
  const body = (value) => JSON.stringify(value);
  const bodies = [
    body({
      access_token: 'a',
      refresh_token: 'r',
      token_type: 'Bearer',
      expires_in: 3600,
      instance_url: 'https://a.example',
      scope: 'api refresh_token',
    }),
    body({ access_token: 'a', token_type: 'bearer' }),
    body({ error: 'invalid_grant', error_description: 'expired' }),
    body({ ok: false, error: 'invalid_refresh_token' }),
    'access_token=a&token_type=bearer',
    '<html>busy</html>',
  ];
  const fragments = [
    '"invalid_client"',
    '"access_denied"',
    '"mac"',
    '""',
    '-1',
    '"3600"',
    '"http://127.0.0.1"',
    '["api"]',
    '"\\r\\nX: y"',
  ];
  const lines = [
    'Content-Type: application/json',
    'Retry-After: 120',
    'Retry-After: -1',
    'Content-Type: text/html',
    'Content-Encoding: gzip',
    'Location: http://127.0.0.1/',
    'Set-Cookie: a=b',
    'X: é',
  ];
  let answer = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer, 'latin1'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const { connections } = createExports({
    store: createMemoryExportStore(),
    keys: [randomBytes(32)],
    callbackUrl: 'https://app.example.com/callback',
    allowLoopback: true,
    onError: null,
    onEvent: null,
  });
  const ids = new Map();
  for (const preset of PRESETS) {
    const { connection } = await connections.create({
      ...{ preset, name: preset, siteId: 'site-1', clientId: 'id', clientSecret: PASSWORD },
      ...{ authorizationEndpoint: `${url}/authorize`, tokenEndpoint: `${url}/token` },
      destination: { kind: 'webhook', url: `${url}/hook` },
    });
    ids.set(preset, connection.id);
  }
  return {
    generate(random) {
      const text =
        random.below(4) === 0
          ? mutateText(random.pick(bodies), random, { fragments })
          : mutateJson(random.pick(bodies), random, { fragments });
      const status = random.pick([
        '200 OK',
        '200 OK',
        '201 Created',
        '400 Bad Request',
        '401 Unauthorized',
        '403 Forbidden',
        '429 Too Many Requests',
        '503 Busy',
        '302 Found',
        '204 No Content',
        '999 X',
        '',
      ]);
      const headers = Array.from({ length: random.below(3) }, () => random.pick(lines));
      const length = random.below(8) === 0 ? random.below(2000) : Buffer.byteLength(text, 'latin1');
      const raw = [
        `HTTP/1.1 ${status}`,
        `Content-Length: ${length}`,
        'Connection: close',
        ...headers,
        '',
        text,
      ].join('\r\n');
      return {
        preset: random.pick(PRESETS),
        raw: random.below(10) === 0 ? mutateText(raw, random) : raw,
      };
    },
    async run({ preset, raw }) {
      answer = raw;
      const id = ids.get(preset);
      const { searchParams } = await connections.authorize(id, SESSION, 'ada');
      const { redirectUri = '' } = await connections.get(id);
      const back = new URLSearchParams({ code: 'code', state: searchParams.get('state') });
      const result = await connections.finishAuthorization(
        redirectUri.split('/').at(-1),
        back,
        SESSION,
      );
      if (!RESULTS.test(result)) throw new Error(`the result is ${result}`);
      const shown = JSON.stringify(await connections.get(id));
      if (INTERNAL.test(shown)) throw new Error('the connection shows a secret or a trace');
      return result;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
