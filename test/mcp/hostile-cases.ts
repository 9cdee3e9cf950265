import { IDENTIFIER, legacy, modern, modernHeaders, ORIGIN, post } from './open-endpoint.js';

/** A request, and the status and the code that it must be answered with. */
export type HostileCase = readonly [
  name: string,
  request: Request,
  status: number,
  /** The code of the JSON-RPC error, or of the problem; `undefined` if the request is served. */
  code?: number | string,
];

const CALL = { name: 'find_file', arguments: { path: 'a' } };
const DELETE = { name: 'delete_file', arguments: { path: 'a' } };
const call = legacy('tools/call', CALL);
const text = (params: string): string =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...new TextEncoder().encode(part)] : part,
    ),
  );
const sent = JSON.stringify(call);

/** Bodies that two programs could read in two ways, or that are not a message. */
export const BODIES: readonly HostileCase[] = [
  ['a call with its scope', post(call), 200],
  ['white space around the message', post(` \n${sent}\t`), 200],
  ['an escaped letter of an allowed name', post(text('{"name":"\\u0066ind_file"}')), 200],
  [
    'an escaped letter of a denied name',
    post(text('{"name":"\\u0064elete_file"}')),
    403,
    'scope_required',
  ],
  [
    'arguments that are nested deeply',
    post(text(`{"name":"find_file","arguments":{"a":${'['.repeat(1500)}${']'.repeat(1500)}}}`)),
    200,
  ],
  ['no body', post(''), 400, -32700],
  ['text', post('tools/call'), 400, -32700],
  ['a message that ends early', post(sent.slice(0, -1)), 400, -32700],
  ['two messages', post(sent + sent), 400, -32700],
  ['lines of messages', post(`${sent}\n${sent}`), 400, -32700],
  ['a comment', post(`/* */${sent}`), 400, -32700],
  ['a trailing comma', post(text('{"name":"find_file",}')), 400, -32700],
  ['single quotes', post(sent.replaceAll('"', "'")), 400, -32700],
  ['NaN', post(text('{"name":"find_file","x":NaN}')), 400, -32700],
  ['a byte order mark', post(bytes([0xef, 0xbb, 0xbf], sent)), 400, -32700],
  [
    'UTF-16',
    post(
      bytes(
        [0xff, 0xfe],
        [...sent].flatMap((one) => [one.charCodeAt(0), 0]),
      ),
    ),
    400,
    -32700,
  ],
  ['bytes that are not UTF-8', post(bytes(text('{"name":"find_file'), [0xff])), 400, -32700],
  [
    'an overlong spelling of a slash',
    post(bytes('{"jsonrpc":"2.0","id":1,"method":"tools', [0xc0, 0xaf], 'call"}')),
    400,
    -32700,
  ],
  ['two methods', post(`{"method":"tools/list",${sent.slice(1)}`), 400, -32700],
  ['two methods, one escaped', post(`{"m\\u0065thod":"tools/list",${sent.slice(1)}`), 400, -32700],
  ['two names', post(text('{"name":"find_file","name":"delete_file"}')), 400, -32700],
  [
    'two names, the allowed one last',
    post(text('{"name":"delete_file","name":"find_file"}')),
    400,
    -32700,
  ],
  ['two params', post(`${sent.slice(0, -1)},"params":{"name":"delete_file"}}`), 400, -32700],
  ['two ids', post(`{"id":2,${sent.slice(1)}`), 400, -32700],
  [
    'two members deep in the arguments',
    post(text('{"name":"find_file","arguments":{"a":[{"b":1,"b":2}]}}')),
    400,
    -32700,
  ],
  [
    '__proto__ in the message',
    post(`{"__proto__":{"method":"tools/list"},${sent.slice(1)}`),
    400,
    -32700,
  ],
  [
    '__proto__ in params',
    post(text('{"name":"find_file","__proto__":{"name":"delete_file"}}')),
    400,
    -32700,
  ],
  ['null', post('null'), 400, -32600],
  ['a number', post('1'), 400, -32600],
  ['a string', post('"tools/call"'), 400, -32600],
  ['an empty object', post({}), 400, -32600],
  ['no version of JSON-RPC', post({ id: 1, method: 'ping' }), 400, -32600],
  ['JSON-RPC 1.0', post({ ...call, jsonrpc: '1.0' }), 400, -32600],
  ['a version that is a number', post({ ...call, jsonrpc: 2 }), 400, -32600],
  ['no method', post({ jsonrpc: '2.0', id: 1 }), 400, -32600],
  ['an empty method', post({ jsonrpc: '2.0', id: 1, method: '' }), 400, -32600],
  ['a method that is a list', post({ ...call, method: ['tools/call'] }), 400, -32600],
  [
    'a method that is an object',
    post({ ...call, method: { toString: 'tools/call' } }),
    400,
    -32600,
  ],
  ['an additional member', post({ ...call, Method: 'tools/list' }), 400, -32600],
  ['a member in capitals', post({ jsonrpc: '2.0', id: 1, METHOD: 'ping' }), 400, -32600],
  ['a request that is a response too', post({ ...call, result: {} }), 400, -32600],
  ['a result and an error', post({ jsonrpc: '2.0', id: 1, result: {}, error: {} }), 400, -32600],
  ['the id null', post({ ...call, id: null }), 400, -32600],
  ['an id that is an object', post({ ...call, id: {} }), 400, -32600],
  ['an id with a fraction', post({ ...call, id: 1.5 }), 400, -32600],
  [
    'an id beyond safe integers',
    post(sent.replace('"id":1', '"id":9007199254740993')),
    400,
    -32600,
  ],
  ['an id that is infinite', post(sent.replace('"id":1', '"id":1e999')), 400, -32600],
  ['params that are a list', post({ ...call, params: ['delete_file'] }), 400, -32600],
  ['params that are null', post({ ...call, params: null }), 400, -32600],
  ['params that are text', post({ ...call, params: 'find_file' }), 400, -32600],
  ['no name', post(legacy('tools/call', {})), 400, -32602],
  ['no params', post(legacy('tools/call')), 400, -32602],
  ['an empty name', post(legacy('tools/call', { name: '' })), 400, -32602],
  ['a name that is a list', post(legacy('tools/call', { name: ['find_file'] })), 400, -32602],
  [
    'a name that is an object',
    post(legacy('tools/call', { name: { name: 'find_file' } })),
    400,
    -32602,
  ],
  [
    'a body that is too large',
    post(text(`{"name":"find_file","x":"${'x'.repeat(4000)}"}`)),
    413,
    -32600,
  ],
  [
    'a denied call as a notification',
    post({ jsonrpc: '2.0', method: 'tools/call', params: DELETE }),
    403,
    'scope_required',
  ],
];

const type = (value: string | undefined): Request => post(call, { 'content-type': value });

/** Headers that describe the body, and the site of the request. */
export const TRANSPORT: readonly HostileCase[] = [
  ['a charset', type('application/json; charset=UTF-8'), 200],
  ['another charset', type('application/json; charset=utf-16'), 415, -32600],
  ['two charsets', type('application/json; charset=utf-8; charset=utf-16'), 415, -32600],
  ['text/plain', type('text/plain'), 415, -32600],
  ['a form', type('application/x-www-form-urlencoded'), 415, -32600],
  ['two media types', type('application/json, text/plain'), 415, -32600],
  ['another JSON', type('application/json-patch+json'), 415, -32600],
  ['a compressed body', post(call, { 'content-encoding': 'gzip' }), 415, -32600],
  ['the origin of the server', post(call, { origin: ORIGIN }), 200],
  ['another origin', post(call, { origin: 'https://evil.example' }), 403, 'cross_site'],
  ['the origin null', post(call, { origin: 'null' }), 403, 'cross_site'],
  [
    'the origin with http',
    post(call, { origin: ORIGIN.replace('https', 'http') }),
    403,
    'cross_site',
  ],
  ['the origin with another port', post(call, { origin: `${ORIGIN}:8443` }), 403, 'cross_site'],
  [
    'an origin that ends alike',
    post(call, { origin: 'https://eviltools.example.com' }),
    403,
    'cross_site',
  ],
  [
    'an origin that starts alike',
    post(call, { origin: `${ORIGIN}.evil.example` }),
    403,
    'cross_site',
  ],
  ['two origins', post(call, { origin: `${ORIGIN}, https://evil.example` }), 403, 'cross_site'],
  ['the host with a port', post(call, { host: 'tools.example.com:8443' }), 200],
  ['the host in capitals', post(call, { host: 'TOOLS.example.com' }), 200],
  ['another host', post(call, { host: 'evil.example' }), 403, 'cross_site'],
  ['a host that resolves to loopback', post(call, { host: 'localhost' }), 403, 'cross_site'],
  ['a host with a dot at its end', post(call, { host: 'tools.example.com.' }), 403, 'cross_site'],
  [
    'a host that ends alike',
    post(call, { host: 'tools.example.com.evil.example' }),
    403,
    'cross_site',
  ],
  ['two hosts', post(call, { host: 'tools.example.com, evil.example' }), 400, 'path_ambiguous'],
  [
    'a token in the query',
    post(call, {}, `${IDENTIFIER}?access_token=reader`),
    400,
    'credentials_malformed',
  ],
  [
    'a token in the query alone',
    post(call, { authorization: undefined }, `${IDENTIFIER}?access_token=reader`),
    401,
    'credentials_missing',
  ],
  [
    'an empty token in the query',
    post(call, {}, `${IDENTIFIER}?access_token`),
    400,
    'credentials_malformed',
  ],
  [
    'a token in the query, encoded',
    post(call, {}, `${IDENTIFIER}?%61ccess_token=reader`),
    400,
    'credentials_malformed',
  ],
  ['another query', post(call, {}, `${IDENTIFIER}?tenant=1`), 200],
  ['no token', post(call, { authorization: undefined }), 401, 'credentials_missing'],
  ['an unknown token', post(call, { authorization: 'Bearer x' }), 401, 'token_invalid'],
  [
    'a token without an expiry',
    post(call, { authorization: 'Bearer eternal' }),
    401,
    'token_invalid',
  ],
  [
    'PUT',
    new Request(IDENTIFIER, { method: 'PUT', headers: { authorization: 'Bearer reader' } }),
    405,
  ],
];

const find = modern('tools/call', CALL);
const headers = modernHeaders('tools/call', 'find_file');
const without = (name: string) => post(find, { ...headers, [name]: undefined });
const withName = (value: string, body = find) => post(body, { ...headers, 'mcp-name': value });
const base64 = (value: string) => `=?base64?${btoa(value)}?=`;
const kanji = modern('tools/call', { name: '削除' });
const KANJI = '=?base64?5YmK6Zmk?=';

/** Headers that a gateway may decide by. */
export const HEADERS: readonly HostileCase[] = [
  ['headers that agree', post(find, headers), 200],
  ['a name in Base64', withName(base64('find_file')), 200],
  ['no method', without('mcp-method'), 400, -32020],
  ['no name', without('mcp-name'), 400, -32020],
  ['no version', without('mcp-protocol-version'), 400, -32020],
  ['another method', post(find, { ...headers, 'mcp-method': 'tools/list' }), 400, -32020],
  ['the method in capitals', post(find, { ...headers, 'mcp-method': 'Tools/Call' }), 400, -32020],
  [
    'the method in Base64, which only names may have',
    post(find, { ...headers, 'mcp-method': base64('tools/call') }),
    400,
    -32020,
  ],
  ['two methods', post(find, { ...headers, 'mcp-method': 'tools/call, tools/list' }), 400, -32020],
  ['another name', withName('delete_file'), 400, -32020],
  ['the name of another call', post(modern('tools/call', DELETE), headers), 400, -32020],
  ['the name in capitals', withName('FIND_FILE'), 400, -32020],
  ['two names', withName('find_file, find_file'), 400, -32020],
  ['another name in Base64', withName(base64('delete_file')), 400, -32020],
  ['Base64 without padding', withName(base64('find_file1').replaceAll('=?=', '?=')), 400, -32020],
  [
    'Base64 with bits left over',
    withName('=?base64?ZmluZF9maWxl?='.replace('ZmluZF9maWxl', 'ZmluZF9maWxlZ===')),
    400,
    -32020,
  ],
  ['Base64 for URLs', withName('=?base64?_-8=?='), 400, -32020],
  ['Base64 that is not UTF-8', withName('=?base64?/w==?='), 400, -32020],
  [
    'Base64 in capitals, which is a literal',
    withName(base64('find_file').replace('base64', 'BASE64')),
    400,
    -32020,
  ],
  ['Base64 with white space', withName(base64('find_file').replace('?=', ' ?=')), 400, -32020],
  [
    'a name outside ASCII in Base64, without its scope',
    post(kanji, { ...headers, 'mcp-name': KANJI }),
    403,
    'scope_required',
  ],
  [
    'a name outside ASCII in Base64',
    post(kanji, { ...headers, 'mcp-name': KANJI, authorization: 'Bearer writer' }),
    200,
  ],
  [
    'a name outside ASCII without Base64',
    post(kanji, { ...headers, 'mcp-name': '\u00e5\u0089' }),
    400,
    -32020,
  ],
  [
    'a name of a method that names nothing',
    post(modern('tools/list'), modernHeaders('tools/list', 'find_file')),
    400,
    -32020,
  ],
  [
    'the URI of another resource',
    post(
      modern('resources/read', { uri: 'notes://today' }),
      modernHeaders('resources/read', 'notes://x'),
    ),
    400,
    -32020,
  ],
  [
    'no URI',
    post(modern('resources/read', { uri: 'notes://today' }), modernHeaders('resources/read')),
    400,
    -32020,
  ],
  [
    'another version than the body',
    post(find, { ...headers, 'mcp-protocol-version': '2025-11-25' }),
    400,
    -32020,
  ],
  ['no version in the body', post(call, headers), 400, -32602],
  [
    'an unknown version in the header alone',
    post(find, { ...headers, 'mcp-protocol-version': '2027-01-01' }),
    400,
    -32020,
  ],
  [
    'an unknown version',
    post(
      legacy('tools/call', {
        ...CALL,
        _meta: { 'io.modelcontextprotocol/protocolVersion': '2027-01-01' },
      }),
      { ...headers, 'mcp-protocol-version': '2027-01-01' },
    ),
    400,
    -32022,
  ],
  [
    'an unknown version of an older client',
    post(call, { 'mcp-protocol-version': '1.0' }),
    400,
    -32022,
  ],
  ['two versions', post(call, { 'mcp-protocol-version': '2025-11-25, 2025-11-25' }), 400, -32022],
  [
    'a version in the body that is a number',
    post(legacy('ping', { _meta: { 'io.modelcontextprotocol/protocolVersion': 2026 } })),
    400,
    -32022,
  ],
  ['no headers of an older client', post(call, { 'mcp-protocol-version': '2025-06-18' }), 200],
  ['another method of an older client', post(call, { 'mcp-method': 'ping' }), 400, -32020],
  ['another name of an older client', post(call, { 'mcp-name': 'delete_file' }), 400, -32020],
  [
    'a method beside a response',
    post({ jsonrpc: '2.0', id: 1, result: {} }, { 'mcp-method': 'ping' }),
    400,
    -32020,
  ],
  [
    'a response since 2026-07-28',
    post({ jsonrpc: '2.0', id: 1, result: {} }, { 'mcp-protocol-version': '2026-07-28' }),
    400,
    -32600,
  ],
];

const named = (name: string, token = 'eve') =>
  post(legacy('tools/call', { name }), { authorization: `Bearer ${token}` });
const read = (uri: string, token = 'reporter') =>
  post(legacy('resources/read', { uri }), { authorization: `Bearer ${token}` });
const complete = (ref: object, token = 'reporter') =>
  post(legacy('completion/complete', { ref, argument: { name: 'x', value: '' } }), {
    authorization: `Bearer ${token}`,
  });
const listen = (filter: unknown, token = 'reporter') =>
  post(modern('subscriptions/listen', { notifications: filter }), {
    ...modernHeaders('subscriptions/listen'),
    authorization: `Bearer ${token}`,
  });

/** Names and URIs with two spellings, and methods that refer to what they name. */
export const NAMES: readonly HostileCase[] = [
  ['a tool without a rule', named('format_disk'), 403, 'endpoint_unmapped'],
  ['a tool of a rule with *', named('report_sales'), 200],
  [
    'a tool of a rule with *, without its scope',
    named('report_sales', 'reader'),
    403,
    'scope_required',
  ],
  ['a name in capitals', named('Delete_File'), 400, -32602],
  ['a name in full width', named('ｄｅｌｅｔｅ_file'), 400, -32602],
  ['a name with white space after it', named('delete_file '), 400, -32602],
  ['a name with white space before it', named('\tdelete_file'), 400, -32602],
  ['a name with an invisible character', named('delete\u200b_file'), 400, -32602],
  ['a name with NUL', named('delete_file\0'), 400, -32602],
  ['a name with a letter that looks alike', named('dеlete_file'), 403, 'endpoint_unmapped'],
  ['a name of the prototype', named('__proto__'), 403, 'endpoint_unmapped'],
  ['another name of the prototype', named('constructor'), 403, 'endpoint_unmapped'],
  ['the name *', named('*'), 403, 'endpoint_unmapped'],
  [
    'a name with the key of another method',
    named('x prompts/get summary'),
    403,
    'endpoint_unmapped',
  ],
  [
    'a method without a rule',
    post(legacy('logging/setLevel', { level: 'debug' })),
    403,
    'endpoint_unmapped',
  ],
  [
    'a method without a rule since 2026-07-28',
    post(modern('x/y'), modernHeaders('x/y')),
    404,
    -32601,
  ],
  [
    'a method that 2026-07-28 removed',
    post(
      modern('resources/subscribe', { uri: 'notes://today' }),
      modernHeaders('resources/subscribe'),
    ),
    404,
    -32601,
  ],
  ['a method of the prototype', post(legacy('constructor')), 403, 'endpoint_unmapped'],
  ['a method in capitals', post(legacy('Tools/Call', DELETE)), 403, 'endpoint_unmapped'],
  ['a method with white space', post(legacy('tools/call ', DELETE)), 403, 'endpoint_unmapped'],
  [
    'a method with a name in it',
    post(legacy('tools/call find_file', DELETE)),
    403,
    'endpoint_unmapped',
  ],
  ['a method of the server', post(legacy('sampling/createMessage')), 403, 'endpoint_unmapped'],
  [
    'a notification without a rule',
    post({ jsonrpc: '2.0', method: 'notifications/x' }),
    403,
    'endpoint_unmapped',
  ],
  [
    'a notification of the protocol',
    post({ jsonrpc: '2.0', method: 'notifications/initialized' }),
    200,
  ],
  ['a prompt', post(legacy('prompts/get', { name: 'summary' })), 200],
  [
    'a prompt without its scope',
    post(legacy('prompts/get', { name: 'summary' }), { authorization: 'Bearer reporter' }),
    403,
    'scope_required',
  ],
  [
    'a tool as a prompt',
    post(legacy('prompts/get', { name: 'find_file' })),
    403,
    'endpoint_unmapped',
  ],
  ['a resource', read('file:///reports/2026'), 200],
  ['a resource of a narrower rule', read('file:///reports/secret/1'), 403, 'scope_required'],
  [
    'a resource of a narrower rule with its scope alone',
    read('file:///reports/secret/1', 'eve'),
    200,
  ],
  ['a resource without a rule', read('file:///etc/passwd'), 403, 'endpoint_unmapped'],
  ['a dot segment', read('file:///reports/x/../secret/1'), 400, -32602],
  ['a dot segment that leaves the rule', read('file:///reports/../etc/passwd'), 400, -32602],
  ['an encoded dot segment', read('file:///reports/%2e%2e/etc/passwd'), 400, -32602],
  [
    'a dot segment that is encoded twice',
    read('file:///reports/%252e%252e/etc/passwd'),
    400,
    -32602,
  ],
  ['an encoded slash', read('file:///reports/secret%2f1'), 400, -32602],
  ['a slash that is encoded twice', read('file:///reports/secret%252f1'), 400, -32602],
  ['an encoded letter of a narrower rule', read('file:///reports/%73ecret/1'), 400, -32602],
  ['an encoded letter elsewhere', read('file:///reports/%61'), 200],
  ['an empty segment', read('file:///reports//secret/1'), 400, -32602],
  ['an empty segment at the start', read('file:////reports/secret/1'), 400, -32602],
  ['a backslash', read('file:///reports/..\\secret'), 400, -32602],
  ['an encoded backslash', read('file:///reports/%5csecret'), 400, -32602],
  ['an encoded NUL', read('file:///reports/a%00'), 400, -32602],
  ['an invisible character, encoded', read('file:///reports/%E2%80%8Bsecret'), 400, -32602],
  ['bad percent-encoding', read('file:///reports/%zz'), 400, -32602],
  ['percent-encoding that is not UTF-8', read('file:///reports/%ff'), 400, -32602],
  ['a scheme in capitals', read('FILE:///reports/2026'), 400, -32602],
  ['a host in a file URI', read('file://localhost/reports/2026'), 400, -32602],
  ['credentials', read('notes://user@today', 'reader'), 400, -32602],
  ['a fragment', read('notes://today#x', 'reader'), 400, -32602],
  ['a query', read('notes://today?x', 'reader'), 403, 'endpoint_unmapped'],
  ['white space around a URI', read(' notes://today', 'reader'), 400, -32602],
  ['a line break in a URI', read('notes://to\nday', 'reader'), 400, -32602],
  ['a relative URI', read('/reports/2026'), 400, -32602],
  ['a template as a URI', read('file:///reports/{name}'), 400, -32602],
  ['a URI that is a list', post(legacy('resources/read', { uri: ['notes://today'] })), 400, -32602],
  ['a subscription', post(legacy('resources/subscribe', { uri: 'notes://today' })), 200],
  [
    'a subscription without a rule',
    post(legacy('resources/subscribe', { uri: 'notes://x' })),
    403,
    'endpoint_unmapped',
  ],
  [
    'the end of a subscription without a rule',
    post(legacy('resources/unsubscribe', { uri: 'notes://x' })),
    403,
    'endpoint_unmapped',
  ],
  ['a completion for a prompt', complete({ type: 'ref/prompt', name: 'summary' }, 'reader'), 200],
  [
    'a completion for a prompt without its scope',
    complete({ type: 'ref/prompt', name: 'summary' }),
    403,
    'scope_required',
  ],
  [
    'a completion for a prompt without a rule',
    complete({ type: 'ref/prompt', name: 'x' }),
    403,
    'endpoint_unmapped',
  ],
  [
    'a completion for a template that reaches a narrower rule',
    complete({ type: 'ref/resource', uri: 'file:///reports/{path}' }),
    403,
    'scope_required',
  ],
  [
    'a completion for a template with all its scopes',
    complete({ type: 'ref/resource', uri: 'file:///reports/{path}' }, 'eve'),
    200,
  ],
  [
    'a completion for a template that leaves its rule',
    complete({ type: 'ref/resource', uri: 'file:///{path}' }, 'eve'),
    403,
    'endpoint_unmapped',
  ],
  [
    'a completion for a template that names its scheme',
    complete({ type: 'ref/resource', uri: '{scheme}:///x' }, 'eve'),
    403,
    'endpoint_unmapped',
  ],
  [
    'a completion for a template with a dot segment',
    complete({ type: 'ref/resource', uri: 'file:///reports/../{path}' }, 'eve'),
    403,
    'endpoint_unmapped',
  ],
  ['a completion of another type', complete({ type: 'ref/tool', name: 'find_file' }), 400, -32602],
  ['a completion without a type', complete({ name: 'summary' }), 400, -32602],
  ['a completion for nothing', post(legacy('completion/complete', {})), 400, -32602],
  ['subscriptions to lists', listen({ toolsListChanged: true }), 200],
  ['subscriptions to resources', listen({ resourceSubscriptions: ['file:///reports/1'] }), 200],
  [
    'subscriptions to one resource without its scope',
    listen({ resourceSubscriptions: ['file:///reports/1', 'file:///reports/secret/1'] }),
    403,
    'scope_required',
  ],
  [
    'subscriptions to one resource without a rule',
    listen({ resourceSubscriptions: ['file:///reports/1', 'file:///x'] }),
    403,
    'endpoint_unmapped',
  ],
  [
    'subscriptions to one resource with two readings',
    listen({ resourceSubscriptions: ['file:///reports/%2e%2e/x'] }),
    400,
    -32602,
  ],
  [
    'subscriptions that are not a list',
    listen({ resourceSubscriptions: 'file:///reports/1' }),
    400,
    -32602,
  ],
  ['subscriptions to something unknown', listen({ secretsChanged: true }), 400, -32602],
  ['subscriptions that are not an object', listen([]), 400, -32602],
  [
    'too many subscriptions',
    listen({ resourceSubscriptions: Array(101).fill('file:///reports/1') }),
    400,
    -32602,
  ],
  ['subscriptions to a task that is not known', listen({ taskIds: ['1'] }), 400, -32602],
  ['a task that is not known', post(legacy('tasks/get', { taskId: '1' })), 400, -32602],
  [
    'the result of a task that is not known',
    post(legacy('tasks/result', { taskId: '1' })),
    400,
    -32602,
  ],
  [
    'the end of a task that is not known',
    post(legacy('tasks/cancel', { taskId: '1' })),
    400,
    -32602,
  ],
  [
    'a task that is named like a session',
    post(legacy('tasks/get', { taskId: 'session 1' })),
    400,
    -32602,
  ],
];

const batch = (...messages: readonly object[]) => post(messages);

/** Lists of messages, at an endpoint that accepts none. */
export const BATCHES: readonly HostileCase[] = [
  ['a list of one message', batch(call), 400, -32600],
  ['an empty list', batch(), 400, -32600],
  ['a list in a list', post([[call]]), 400, -32600],
];

const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' });

/** Lists of messages, with `acceptBatches`. */
export const ACCEPTED_BATCHES: readonly HostileCase[] = [
  ['one message', batch(call), 200],
  ['two messages', batch(call, ping(2)), 200],
  [
    'a notification beside a call',
    batch(call, { jsonrpc: '2.0', method: 'notifications/cancelled' }),
    200,
  ],
  ['the version of batches', post([call], { 'mcp-protocol-version': '2025-03-26' }), 200],
  [
    'one call without its scope',
    batch(call, { ...legacy('tools/call', DELETE), id: 2 }),
    403,
    'scope_required',
  ],
  [
    'one call without a rule',
    batch(call, { ...legacy('tools/call', { name: 'x' }), id: 2 }),
    403,
    'endpoint_unmapped',
  ],
  ['one message that is not one', batch(call, {}), 400, -32600],
  ['an empty list', batch(), 400, -32600],
  ['a list in a list', post([[call]]), 400, -32600],
  ['two requests with one id', batch(ping(1), ping(1)), 400, -32600],
  ['too many messages', batch(...Array.from({ length: 101 }, (_, id) => ping(id))), 400, -32600],
  ['a later version', post([call], { 'mcp-protocol-version': '2025-11-25' }), 400, -32600],
  ['a message of 2026-07-28', batch(find), 400, -32020],
  ['a message of 2026-07-28 with its headers', post([find], headers), 400, -32600],
  [
    'a name in the header of another message',
    post([call, { ...legacy('tools/call', DELETE), id: 2 }], {
      'mcp-name': 'find_file',
      authorization: 'Bearer writer',
    }),
    400,
    -32020,
  ],
];
