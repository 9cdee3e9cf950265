import { gzipSync } from 'node:zlib';
import { createMemoryAttemptLimiter } from '@mandate/issuer';
import { createSoapHandler } from '@mandate/issuer/soap';
import { decodeJwt } from 'jose';
import { createClientAsync } from 'soap';
import { describe, expect, test } from 'vitest';
import { HOSTS, type ServeAt } from './hosts.js';
import { createWorld } from './world.js';

interface Answer {
  readonly token: string;
  readonly expiration: string;
  readonly groupId: string;
  readonly service: string;
}

/** The operation as an independent SOAP client sees it, made from nothing but the WSDL. */
async function connect(serve: ServeAt, world: Awaited<ReturnType<typeof createWorld>>) {
  let own = 'http://127.0.0.1/soap';
  const base = await serve(
    () => (request, context) =>
      createSoapHandler({ service: world.service, url: own })(request, context),
  );
  own = `${base}/soap`;
  const client = await createClientAsync(`${own}?wsdl`);
  return async (fields: object): Promise<Answer> => {
    const [answer] = await client['AuthorizeAsync'](fields);
    return answer as Answer;
  };
}

/** The reason in the fault that the client receives. */
async function faultOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown as { root?: { Envelope: { Body: { Fault: unknown } } } },
  );
  return error?.root?.Envelope.Body.Fault;
}

describe.each(Object.entries(HOSTS))('a SOAP client on %s', (_, serve) => {
  test('gets a token with each set of credentials', async () => {
    const world = await createWorld();
    const authorize = await connect(serve, world);
    const gssnid = await world.directory.createSession('u-bob', new Date(world.clock.ms + 1000));
    const loginkey = world.loginKey('b1');
    const sets = [
      { username: 'bob', password: 'hunter2' },
      { username: 'bob', g4scredentials: 'g'.repeat(32) },
      { username: 'bob', loginkey },
      { gssnid },
      { partnerid: '12345', partneruserid: 'b1', loginkey },
    ];
    for (const fields of sets) {
      const answer = await authorize({ ...fields, duration: 60, groupid: '12345' });
      expect(answer).toMatchObject({
        expiration: '2026-01-01T01:00:00.000Z',
        groupId: '12345',
        service: 'presence',
      });
      expect(decodeJwt(answer.token)).toMatchObject({ sub: 'u-bob', groupid: '12345' });
    }
  });

  test.each([
    ['missing_credentials', { username: 'bob' }],
    ['invalid_credentials', { username: 'bob', password: '<&>' }],
    ['invalid_duration', { username: 'bob', password: 'hunter2', duration: 121 }],
    ['group_required', { username: 'alice@example.com', password: 'correct' }],
    ['not_in_group', { username: 'bob', password: 'hunter2', groupid: '67890' }],
    ['feature_not_enabled', { username: 'bob', password: 'hunter2', service: 'x' }],
    ['loginkey_bad_signature', { partnerid: 1, partneruserid: 'x', loginkey: 'x' }],
  ])('receives the reason %s', async (reason, fields) => {
    const authorize = await connect(serve, await createWorld());
    expect(await faultOf(authorize(fields))).toMatchObject({
      faultcode: 'soap:Client',
      detail: { AuthorizationFault: { reason } },
    });
  });

  test('receives the time to wait after too many attempts', async () => {
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 1, perSeconds: 60 });
    const authorize = await connect(serve, await createWorld({ options: { addressLimiter } }));
    await faultOf(authorize({ gssnid: 'x' }));
    expect(await faultOf(authorize({ gssnid: 'x' }))).toMatchObject({
      detail: { AuthorizationFault: { reason: 'rate_limited', retryAfterSeconds: '60' } },
    });
  });
});

describe('an envelope', () => {
  const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
  const NS = 'urn:mandate:authorization:1';
  const wrap = (body: string, header = '') =>
    `<s:Envelope xmlns:s="${SOAP}">${header}<s:Body>${body}</s:Body></s:Envelope>`;
  const authorize = (text: string) => `<Authorize xmlns="${NS}">${text}</Authorize>`;
  const fields = '<username>bob</username><password><![CDATA[hunter2]]></password>';

  const URL_OF_SERVICE = 'https://auth.example.com/soap';

  async function post(body: string | Uint8Array, headers: Record<string, string>) {
    const { service } = await createWorld();
    const handler = createSoapHandler({ service, url: URL_OF_SERVICE });
    const init = { method: 'POST', headers, body: body as BodyInit };
    const response = await handler(new Request('http://127.0.0.1/soap', init), {});
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async function send(xml: string, type = 'text/xml; charset=utf-8', world = createWorld()) {
    const { service } = await world;
    const handler = createSoapHandler({ service, url: URL_OF_SERVICE });
    const request = new Request('http://127.0.0.1/soap', {
      method: 'POST',
      headers: { 'content-type': type },
      body: xml,
    });
    const response = await handler(request, {});
    return { status: response.status, text: await response.text() };
  }

  test('is parsed by namespace, with any prefixes', async () => {
    const own = `<x:Authorize xmlns:x="${NS}">${fields.replaceAll('<', '<x:').replaceAll('<x:/', '</x:').replace('<x:![CDATA[', '<![CDATA[')}</x:Authorize>`;
    expect((await send(wrap(own))).status).toBe(200);
    const plain = `<Authorize xmlns="${NS}">${fields}</Authorize>`;
    const header = `<s:Header><a xmlns="urn:a" s:mustUnderstand="0"><b/></a></s:Header>`;
    expect((await send(wrap(plain, header))).status).toBe(200);
  });

  test.each([
    ['no XML', 'x', 'Client'],
    ['nothing', '', 'Client'],
    ['half of it', wrap('').slice(0, 60), 'Client'],
    ['no envelope', '<a/>', 'Client'],
    [
      'SOAP 1.2',
      wrap('').replace(SOAP, 'http://www.w3.org/2003/05/soap-envelope'),
      'VersionMismatch',
    ],
    ['an empty body', wrap(''), 'Client'],
    ['another operation', wrap('<Other/>'), 'Client'],
    ['the operation of another namespace', wrap('<Authorize xmlns="urn:x"/>'), 'Client'],
    ['two operations', wrap(`<Authorize xmlns="${NS}"/>`.repeat(2)), 'Client'],
    ['a field twice', wrap(`<Authorize xmlns="${NS}">${fields}${fields}</Authorize>`), 'Client'],
    [
      'nested fields',
      wrap(`<Authorize xmlns="${NS}"><username><b/></username></Authorize>`),
      'Client',
    ],
    [
      'a header to be understood',
      wrap('', '<s:Header><a xmlns="urn:a" s:mustUnderstand="1"/></s:Header>'),
      'MustUnderstand',
    ],
    [
      'an entity from a file',
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${wrap(`<Authorize xmlns="${NS}"><username>&x;</username></Authorize>`)}`,
      'Client',
    ],
    [
      'an unknown entity',
      wrap(`<Authorize xmlns="${NS}"><username>&x;</username></Authorize>`),
      'Client',
    ],
    [
      'an entity of HTML',
      wrap(`<Authorize xmlns="${NS}"><username>caf&eacute;</username></Authorize>`),
      'Client',
    ],
    ['a large one', wrap(`<!--${'x'.repeat(17_000)}-->`), 'Client'],
    [
      'inherited names',
      wrap(`<Authorize xmlns="${NS}"><__proto__>x</__proto__></Authorize>`),
      'Client',
    ],
    ['an invalid character', wrap(authorize('<username>&#x110000;</username>')), 'Client'],
    [
      'a field of another namespace',
      wrap(authorize(fields.replace('<username>', '<username xmlns="urn:x">'))),
      'Client',
    ],
    ['NUL', wrap(authorize('<username>&#0;</username>')), 'Client'],
  ])('is rejected: %s', async (name, xml, code) => {
    const { status, text } = await send(xml);
    expect(status).toBe(500);
    // As over REST. A fault without details does not concern the body (SOAP 1.1 §4.4).
    const reason = /<reason>(\w+)<\/reason>/.exec(text)?.[1];
    const expected = name === 'inherited names' ? 'missing_credentials' : 'invalid_request';
    expect(reason).toBe(code === 'Client' ? expected : undefined);
    expect(text).toContain(`<faultcode>soap:${code}</faultcode>`);
    expect(text).not.toContain('root:');
  });

  test('keeps the white space of a password', async () => {
    const spaced = '<username>bob</username><password> hunter2 </password>';
    expect((await send(wrap(authorize(spaced)))).text).toContain('invalid_credentials');
    const world = await createWorld();
    await world.directory.putUser({ id: 'u-bob', username: 'bob', password: ' hunter2 ' });
    const sent = send(wrap(authorize(spaced)), 'text/xml', Promise.resolve(world));
    expect((await sent).status).toBe(200);
  });

  test('may be indented, even inside an empty field', async () => {
    const text = `\n  <username>bob</username>\n  <gssnid>\n  </gssnid>\n  <password>hunter2</password>\n`;
    expect((await send(wrap(authorize(text)))).status).toBe(200);
  });

  test('must be sent as text/xml', async () => {
    const xml = wrap(`<Authorize xmlns="${NS}">${fields}</Authorize>`);
    expect((await send(xml, 'application/json')).status).toBe(500);
  });

  const LE = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le'));
  const BE = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le').swap16());
  const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const declare = (encoding: string, body: string) =>
    `<?xml version="1.0" encoding="${encoding}"?>${body}`;
  const valid = wrap(authorize(fields));

  // XML 1.0 §4.3.3 and appendix F; RFC 7303 §3.
  test.each<[string, Uint8Array, string]>([
    ['UTF-16 with a byte order mark, little-endian', LE(`\ufeff${valid}`), 'text/xml'],
    ['UTF-16 with a byte order mark, big-endian', BE(`\ufeff${valid}`), 'text/xml'],
    ['UTF-16 declared by the media type', LE(`\ufeff${valid}`), 'text/xml; charset=utf-16'],
    [
      'UTF-16 declared everywhere',
      LE(`\ufeff${declare('UTF-16', valid)}`),
      'text/xml; charset="UTF-16"',
    ],
    ['UTF-16LE without a mark', LE(valid), 'text/xml; charset=utf-16le'],
    ['UTF-16BE without a mark', BE(declare('utf-16', valid)), 'text/xml'],
    ['UTF-8 with a byte order mark', utf8(`\ufeff${declare('utf-8', valid)}`), 'text/xml'],
    ['a declared US-ASCII', utf8(declare('US-ASCII', valid)), 'text/xml'],
    ['a declared ISO-8859-1', utf8(declare('ISO-8859-1', valid)), 'text/xml'],
    [
      'a declaration in single quotes',
      utf8(`<?xml version='1.0' encoding='utf-8' ?>${valid}`),
      'text/xml',
    ],
  ])('is read in %s', async (_, body, type) => {
    expect((await post(body, { 'content-type': type })).status).toBe(200);
  });

  test.each<[string, Uint8Array, string]>([
    [
      'the media type',
      latin1(wrap(authorize('<username>bob</username><password>caf\xe9</password>'))),
      'text/xml; charset=iso-8859-1',
    ],
    [
      'the declaration',
      latin1(
        declare(
          'iso-8859-1',
          wrap(authorize('<username>bob</username><password>caf\xe9</password>')),
        ),
      ),
      'text/xml',
    ],
  ])('is read in ISO-8859-1 as %s says', async (_, body, type) => {
    const world = await createWorld();
    await world.directory.putUser({ id: 'u-bob', username: 'bob', password: 'caf\xe9' });
    const handler = createSoapHandler({ service: world.service, url: URL_OF_SERVICE });
    const init = { method: 'POST', headers: { 'content-type': type }, body: body as BodyInit };
    expect((await handler(new Request('http://127.0.0.1/soap', init), {})).status).toBe(200);
  });

  test.each<[string, Uint8Array, string, string]>([
    ['a mark and a charset', LE(`\ufeff${valid}`), 'text/xml; charset=utf-8', 'contradict'],
    [
      'a charset and a declaration',
      utf8(declare('ISO-8859-1', valid)),
      'text/xml; charset=utf-8',
      'contradict',
    ],
    ['UTF-16 declared in UTF-8', utf8(declare('utf-16', valid)), 'text/xml', 'contradict'],
    ['an unknown charset', utf8(valid), 'text/xml; charset=utf-7', 'unknown encoding'],
    ['an inherited name', utf8(valid), 'text/xml; charset=constructor', 'unknown encoding'],
    ['an unknown declaration', utf8(declare('IBM037', valid)), 'text/xml', 'unknown encoding'],
    [
      'bytes that are not ASCII',
      latin1(valid.replace('bob', 'b\xf6b')),
      'text/xml; charset=us-ascii',
      'invalid in its encoding',
    ],
    [
      'bytes that are not UTF-8',
      latin1(valid.replace('bob', 'b\xf6b')),
      'text/xml',
      'invalid in its encoding',
    ],
    [
      'half a surrogate pair',
      LE(`\ufeff${valid.replace('bob', '\ud800')}`),
      'text/xml',
      'invalid in its encoding',
    ],
    [
      'a document type in UTF-16',
      LE(`\ufeff<!DOCTYPE a [<!ENTITY x "y">]>${valid}`),
      'text/xml',
      'document type',
    ],
    [
      'a large text in UTF-16',
      LE(`\ufeff${wrap(`<!--${'x'.repeat(16_384)}-->`)}`),
      'text/xml',
      'too large',
    ],
    [
      'a text that is large in UTF-8',
      LE(`\ufeff${wrap(`<!--${'\u20ac'.repeat(8_000)}-->`)}`),
      'text/xml',
      'too large',
    ],
  ])('is rejected with %s', async (_, body, type, message) => {
    const { status, text } = await post(body, { 'content-type': type });
    expect(status).toBe(500);
    expect(text).toContain('<faultcode>soap:Client</faultcode>');
    expect(text).toContain('<reason>invalid_request</reason>');
    expect(text).toContain(message);
  });

  test('may fill the limit in UTF-16', async () => {
    const padding = 16_384 - utf8(valid).length - 7;
    const full = `<!--${'x'.repeat(padding)}-->${valid}`;
    expect((await post(LE(`\ufeff${full}`), { 'content-type': 'text/xml' })).status).toBe(200);
    const larger = await post(LE(`\ufeff ${full}`), { 'content-type': 'text/xml' });
    expect(larger.text).toContain('too large');
  });

  test('may be compressed with gzip, up to the same size', async () => {
    const type = { 'content-type': 'text/xml' };
    const gzip = { ...type, 'content-encoding': 'gzip' };
    expect((await post(gzipSync(valid), gzip)).status).toBe(200);
    const bomb = gzipSync(new Uint8Array(4_000_000), { level: 9 });
    expect(bomb.length).toBeLessThan(16_000);
    expect((await post(bomb, gzip)).text).toContain('too large');
    expect((await post(valid, gzip)).text).toContain('not gzip');
    const other = await post(valid, { ...type, 'content-encoding': 'br' });
    expect([other.status, other.headers.get('accept-encoding')]).toEqual([415, 'gzip']);
    expect(other.text).toContain('<reason>invalid_request</reason>');
  });

  // SOAP 1.1 §4.2.2 and §4.2.3.
  test.each([
    ['another actor', 's:actor="urn:proxy" s:mustUnderstand="1"', 200],
    ['another actor, not to be understood', 's:actor="urn:proxy" s:mustUnderstand="0"', 200],
    [
      'an actor of another namespace',
      'x:actor="urn:proxy" xmlns:x="urn:x" s:mustUnderstand="1"',
      500,
    ],
    [
      'the next actor',
      's:actor="http://schemas.xmlsoap.org/soap/actor/next" s:mustUnderstand="1"',
      500,
    ],
    ['this service', `s:actor="${URL_OF_SERVICE}" s:mustUnderstand="1"`, 500],
    ['an empty actor', 's:actor="" s:mustUnderstand="1"', 500],
    ['no actor, to be understood', 's:mustUnderstand=" 1 "', 500],
    ['no actor, with an invalid value', 's:mustUnderstand="yes"', 500],
    ['no actor, with false', 's:mustUnderstand="false"', 200],
  ])('with a header for %s', async (_, attributes, status) => {
    const header = `<s:Header><a xmlns="urn:a" ${attributes}/></s:Header>`;
    const answer = await send(wrap(authorize(fields), header));
    expect(answer.status).toBe(status);
    expect(answer.text.includes('<faultcode>soap:MustUnderstand</faultcode>')).toBe(status === 500);
  });

  test.each([
    'application/soap+xml',
    'application/soap+xml; charset=utf-8; action="urn:x"',
    'text/xml',
  ])('of SOAP 1.2 is rejected with VersionMismatch as %s', async (type) => {
    const xml = wrap(authorize(fields)).replace(SOAP, 'http://www.w3.org/2003/05/soap-envelope');
    const { status, text } = await send(xml, type);
    expect(status).toBe(500);
    expect(text).toContain('<faultcode>soap:VersionMismatch</faultcode>');
    expect(text).toContain(`xmlns:soap="${SOAP}"`);
  });

  test('HEAD has the headers of the WSDL and no body', async () => {
    const { service } = await createWorld();
    const handler = createSoapHandler({ service, url: URL_OF_SERVICE });
    const ask = (method: string) =>
      handler(new Request('http://127.0.0.1/soap?wsdl', { method }), {});
    const [head, get] = [await ask('HEAD'), await ask('GET')];
    expect([head.status, head.headers.get('content-type')]).toEqual([
      200,
      get.headers.get('content-type'),
    ]);
    expect(await head.text()).toBe('');
    const put = await ask('PUT');
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });
});
