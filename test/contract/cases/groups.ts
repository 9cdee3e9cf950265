import {
  allowed,
  bearer,
  byHost,
  type Case,
  type Expectation,
  get,
  post,
  postJson,
  rejected,
  send,
} from '../case.js';
import { token } from '../tokens.js';

/** Bound to group 12345, as Glance does it. */
const BOUND = token({ groupid: 12345 });
/** A member of three groups. */
const MEMBER = token({ groups: ['navy', 'staff', 7], scope: 'SEARCH' });
const ADA_BOUND = { subject: 'ada@example.com', groups: ['12345'] };
const ADA_MEMBER = { subject: 'ada@example.com', groups: ['navy', 'staff', '7'] };

const JSON_BODY = '{"groupid":"navy"}';
const FORM_PART = '--X\r\ncontent-disposition: form-data; name="groupid"\r\n\r\nnavy\r\n--X--\r\n';

/** Bodies that another parser than the host's could read: how, under which type, and what. */
const UNREADABLE: readonly (readonly [string, readonly string[], string, Expectation])[] = [
  ['without a type', [], JSON_BODY, rejected('group_missing')],
  ['of text', ['Content-Type: text/plain'], JSON_BODY, rejected('group_missing')],
  ['of XML', ['Content-Type: text/xml'], '<groupid>navy</groupid>', rejected('group_missing')],
  [
    'of two types',
    ['Content-Type: application/json, multipart/form-data; boundary=X'],
    JSON_BODY,
    rejected('group_missing'),
  ],
  [
    'of two types, the other way round',
    ['Content-Type: multipart/form-data; boundary=X, application/json'],
    FORM_PART,
    rejected('group_missing'),
  ],
  [
    'with two lines of types',
    ['Content-Type: application/json', 'Content-Type: multipart/form-data; boundary=X'],
    JSON_BODY,
    rejected('group_missing'),
  ],
  [
    'with two boundaries',
    ['Content-Type: multipart/form-data; boundary=Y; boundary=X'],
    FORM_PART,
    rejected('group_missing'),
  ],
];

const PARSED_BY_FASTIFY = ['of text', 'with two lines of types'];
const NO_PARSER = 'Fastify rejects a body for which it has no parser, before a rule reads it';

/** Queries in which one parser finds group 12345, and another parser finds another group or none. */
const CONFLICTING_QUERIES: readonly (readonly [string, string])[] = [
  ['with the group and a list', 'groupid=12345&groupid[]=navy'],
  ['with the group and an encoded list', 'groupid=12345&groupid%5B%5D=navy'],
  ['with the group and a member of it', 'groupid=12345&groupid.id=navy'],
  ['with the group and a bracketed name', 'groupid=12345&[groupid]=navy'],
  ['with a bracketed name', '[groupid]=12345'],
  ['with an encoded second name', 'groupid=12345&%67roupid=navy'],
  ['with an encoded first name', '%67roupid=navy&groupid=12345'],
  ['with an encoded second name of the same group', 'groupid=12345&%67roupid=12345'],
  ['with a second group as parameter 1001', `groupid=12345&${'a&'.repeat(999)}groupid=navy`],
];

/** The group that the request names, and whether the principal is a member. */
export const GROUPS: readonly Case[] = [
  {
    name: 'A member passes',
    request: get('/admins', bearer(token({ groups: ['admins'] }))),
    expect: allowed('admins', { subject: 'ada@example.com', groups: ['admins'] }),
  },
  {
    name: 'A user who is not a member does not pass',
    request: get('/admins', bearer(MEMBER)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'A token without groups is in no group',
    request: get('/admins', bearer(token())),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'Groups are compared exactly',
    request: get('/admins', bearer(token({ groups: ['Admins', 'admins ', 'admin'] }))),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'A token bound to one group is in no other one that it lists',
    request: get('/admins', bearer(token({ groupid: 'other', groups: ['admins'] }))),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'A token without a group rule needs no group',
    request: get('/me', bearer(BOUND)),
    expect: allowed('me', ADA_BOUND),
  },

  {
    name: 'The path names the group',
    request: get('/groups/12345/visitors', bearer(BOUND)),
    expect: allowed('visitors', ADA_BOUND),
  },
  {
    name: 'A string and a number name the same group',
    request: get('/groups/12345/visitors', bearer(token({ groupid: '12345' }))),
    expect: allowed('visitors', ADA_BOUND),
  },
  {
    name: 'The path names another group',
    request: get('/groups/12346/visitors', bearer(BOUND)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'A number with leading zeros is another group',
    request: get('/groups/012345/visitors', bearer(BOUND)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'A number with a fraction is another group',
    request: get('/groups/12345.0/visitors', bearer(BOUND)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'An encoded character in the path is decoded as the host does',
    request: get('/groups/a%20b/visitors', bearer(token({ groups: ['a b'] }))),
    expect: allowed('visitors', { subject: 'ada@example.com', groups: ['a b'] }),
  },
  {
    name: 'A letter beyond ASCII in the path is decoded as the host does',
    request: get('/groups/caf%C3%A9/visitors', bearer(token({ groups: ['caf\u00e9'] }))),
    expect: allowed('visitors', { subject: 'ada@example.com', groups: ['caf\u00e9'] }),
  },
  {
    name: 'A path is decoded once',
    request: get('/groups/a%2520b/visitors', bearer(token({ groups: ['a b'] }))),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'HEAD follows the group rule of GET',
    request: send('HEAD', '/groups/12346/visitors', bearer(BOUND)),
    expect: rejected('group_mismatch'),
  },

  {
    name: 'The query names the group',
    request: get('/lookup?groupid=12345', bearer(BOUND)),
    expect: allowed('lookup', ADA_BOUND),
  },
  {
    name: 'The query may name the group with an encoded name and value',
    request: get('/lookup?%67roupid=%31%32345', bearer(BOUND)),
    expect: allowed('lookup', ADA_BOUND),
  },
  {
    name: 'The query names another group',
    request: get('/lookup?groupid=54321', bearer(BOUND)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'The query names no group',
    request: get('/lookup', bearer(BOUND)),
    expect: rejected('group_missing'),
  },
  {
    name: 'The query names an empty group',
    request: get('/lookup?groupid=', bearer(BOUND)),
    expect: rejected('group_missing'),
  },
  {
    name: 'The query names its group in another case',
    request: get('/lookup?GroupID=12345', bearer(BOUND)),
    expect: rejected('group_missing'),
  },
  {
    name: 'A query parameter sent twice names two groups',
    request: get('/lookup?groupid=12345&groupid=54321', bearer(BOUND)),
    expect: rejected('group_conflict'),
  },
  {
    name: 'A query parameter sent twice names two groups, even if they are equal',
    request: get('/lookup?groupid=12345&groupid=12345', bearer(BOUND)),
    expect: rejected('group_conflict'),
  },
  {
    name: 'A query parameter with brackets has more than one reading',
    request: get('/lookup?groupid[]=12345', bearer(BOUND)),
    expect: rejected('group_conflict'),
  },
  ...CONFLICTING_QUERIES.map(
    ([name, query]): Case => ({
      name: `A query ${name} has more than one reading`,
      request: get(`/lookup?${query}`, bearer(BOUND)),
      expect: rejected('group_conflict'),
    }),
  ),
  {
    name: 'A query may have parameters with longer names',
    request: get('/lookup?mygroupid=1&groupid=12345&groupidx=2&GROUPID=3', bearer(BOUND)),
    expect: allowed('lookup', ADA_BOUND),
  },
  {
    name: 'A query may have 1000 parameters before its group, if the host reads them all',
    request: get(`/lookup?${'a&'.repeat(1000)}groupid=12345`, bearer(BOUND)),
    expect: allowed('lookup', ADA_BOUND),
    except: {
      because: 'the query parsers of Express and of Koa 2 stop after 1000 parameters',
      express: rejected('group_conflict'),
      'express 4': rejected('group_conflict'),
      'koa 2': rejected('group_conflict'),
    },
  },
  {
    name: 'A query may have 999 parameters before its group',
    request: get(`/lookup?${'a&'.repeat(999)}groupid=12345`, bearer(BOUND)),
    expect: allowed('lookup', ADA_BOUND),
  },
  {
    name: 'A list in a query parameter names one group',
    request: get('/lookup?groupid=12345,54321', bearer(BOUND)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'An inherited property is not a query parameter',
    request: get('/lookup?__proto__[groupid]=12345', bearer(BOUND)),
    expect: rejected('group_missing'),
  },
  {
    name: 'A plus in the query is a space',
    request: get('/lookup?groupid=a+b', bearer(token({ groups: ['a b'] }))),
    expect: allowed('lookup', { subject: 'ada@example.com', groups: ['a b'] }),
  },

  {
    name: 'A header names the group',
    request: get('/by-header', bearer(BOUND), 'X-Group: 12345'),
    expect: allowed('by-header', ADA_BOUND),
  },
  {
    name: 'A header names another group',
    request: get('/by-header', bearer(BOUND), 'X-Group: 1'),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'No header names the group',
    request: get('/by-header', bearer(BOUND)),
    expect: rejected('group_missing'),
  },
  {
    name: 'A blank header names no group',
    request: get('/by-header', bearer(BOUND), 'X-Group:   '),
    expect: rejected('group_missing'),
  },
  ...['\xa012345', '12345\xa0', ' 12345\xa0 ', '\xef\xbb\xbf12345'].map(
    (value): Case => ({
      name: `A header names another group with a character that is not white space: ${JSON.stringify(value)}`,
      request: get('/by-header', bearer(BOUND), `X-Group: ${value}`),
      expect: rejected('group_mismatch'),
    }),
  ),
  {
    name: 'A header of a no-break space is not blank',
    request: get('/by-header', bearer(BOUND), 'X-Group: \xa0'),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'A repeated header names two groups',
    request: get('/by-header', bearer(BOUND), 'X-Group: 12345', 'X-Group: 54321'),
    expect: rejected('group_conflict'),
  },
  {
    name: 'A list in a header names two groups',
    request: get('/by-header', bearer(BOUND), 'X-Group: 12345, 12345'),
    expect: rejected('group_conflict'),
  },

  {
    name: 'The body names the group as a number',
    request: postJson('/by-body', { groupid: 12345 }, bearer(BOUND)),
    expect: allowed('by-body', ADA_BOUND),
  },
  {
    name: 'The body names the group as a string',
    request: postJson('/by-body', { groupid: '12345' }, bearer(BOUND)),
    expect: allowed('by-body', ADA_BOUND),
  },
  {
    name: 'The body names another group',
    request: postJson('/by-body', { groupid: 54321 }, bearer(BOUND)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'The body names no group',
    request: postJson('/by-body', {}, bearer(BOUND)),
    expect: rejected('group_missing'),
  },
  {
    name: 'The body names the group null',
    request: postJson('/by-body', { groupid: null }, bearer(BOUND)),
    expect: rejected('group_missing'),
  },
  {
    name: 'A missing body names no group',
    request: post('/by-body', bearer(BOUND)),
    expect: rejected('group_missing'),
  },
  {
    name: 'A body of another type names no group',
    request: {
      ...post('/by-body', bearer(BOUND), 'Content-Type: text/plain'),
      body: '{"groupid":12345}',
    },
    expect: rejected('group_missing'),
  },
  ...UNREADABLE.map(
    ([how, type, body, expect]): Case => ({
      name: `A body ${how} is rejected, though the path names a group`,
      request: { ...post('/groups/7', bearer(MEMBER), ...type), body },
      expect,
      ...(!PARSED_BY_FASTIFY.includes(how) && {
        except: { because: NO_PARSER, fastify: byHost(415) },
      }),
    }),
  ),
  {
    name: 'A body in another charset is rejected',
    request: {
      ...post('/groups/7', bearer(MEMBER), 'Content-Type: application/json; charset=latin1'),
      body: '{}',
    },
    expect: byHost(415),
    except: {
      because:
        'the parsers of Koa, Hono and Fastify ignore the charset, and Requests have no parser',
      fastify: rejected('group_missing'),
      koa: rejected('group_missing'),
      hono: rejected('group_missing'),
      fetch: rejected('group_missing'),
    },
  },
  {
    name: 'A JSON body with a media type of its own is JSON if the host parses it',
    request: {
      ...post('/groups/7', bearer(MEMBER), 'Content-Type: application/vnd.api+json'),
      body: '{"groupid":7}',
    },
    expect: allowed('by-all', ADA_MEMBER),
    except: {
      because: 'express.json() and Fastify parse application/json only, and Fastify rejects others',
      express: rejected('group_missing'),
      fastify: byHost(415),
    },
  },
  {
    name: 'A duplicate JSON member names two groups',
    request: postJson('/by-body', '{"groupid":54321,"groupid":12345}', bearer(BOUND)),
    expect: rejected('group_conflict'),
    except: {
      because:
        'express.json() and Fastify discard the text, so no handler can read the other member',
      express: allowed('by-body', ADA_BOUND),
      fastify: allowed('by-body', ADA_BOUND),
    },
  },
  ...[[12345], { id: 12345 }, true, 12345.5, 1e21].map(
    (groupid): Case => ({
      name: `The body names its group ${JSON.stringify(groupid)}, which is not one group`,
      request: postJson('/by-body', { groupid }, bearer(BOUND)),
      expect: rejected('group_conflict'),
    }),
  ),
  {
    name: 'A body that is not JSON names no group',
    request: postJson('/by-body', '{"groupid":', bearer(BOUND)),
    expect: byHost(400),
    except: {
      because:
        'the body parsers of Express and Koa answer before the guard; the others parse behind it',
      hono: rejected('group_missing'),
      fetch: rejected('group_missing'),
    },
  },
  {
    name: 'An unauthenticated request is rejected whatever its body says',
    request: postJson('/by-body', { groupid: 12345 }),
    expect: rejected('credentials_missing'),
  },

  {
    name: 'Four places that agree name one group',
    request: postJson('/groups/7?groupid=7', { groupid: 7 }, bearer(MEMBER), 'X-Group: 7'),
    expect: allowed('by-all', ADA_MEMBER),
  },
  {
    name: 'The places that name nothing do not matter',
    request: post('/groups/7', bearer(MEMBER)),
    expect: allowed('by-all', ADA_MEMBER),
  },
  {
    name: 'Path and query differ',
    request: post('/groups/7?groupid=navy', bearer(MEMBER)),
    expect: rejected('group_conflict'),
  },
  {
    name: 'Path and header differ',
    request: post('/groups/7', bearer(MEMBER), 'X-Group: navy'),
    expect: rejected('group_conflict'),
  },
  {
    name: 'Path and body differ',
    request: postJson('/groups/7', { groupid: 'navy' }, bearer(MEMBER)),
    expect: rejected('group_conflict'),
  },
  {
    name: 'Places that agree on a strange group are rejected',
    request: postJson('/groups/8?groupid=8', { groupid: 8 }, bearer(MEMBER)),
    expect: rejected('group_mismatch'),
  },
  {
    name: 'The right group without the scope is rejected for the scope',
    request: post('/groups/navy', bearer(token({ groups: ['navy'], scope: 'CHAT' }))),
    expect: rejected('scope_required', 'SEARCH'),
  },
  {
    name: 'The wrong group without the scope is rejected for the group',
    request: post('/groups/army', bearer(token({ groups: ['navy'], scope: 'CHAT' }))),
    expect: rejected('group_mismatch'),
  },
];
