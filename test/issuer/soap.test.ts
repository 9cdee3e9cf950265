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

  async function send(xml: string, type = 'text/xml; charset=utf-8', world = createWorld()) {
    const { service } = await world;
    const handler = createSoapHandler({ service, url: 'https://auth.example.com/soap' });
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
});
