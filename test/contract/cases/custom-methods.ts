import {
  allowed,
  bearer,
  byHost,
  type Case,
  type Exceptions,
  type Expectation,
  get,
  post,
  reaches,
  rejected,
  send,
} from '../case.js';
import { scoped, token } from '../tokens.js';

/** Everything but the scope that a custom method needs. */
const WITHOUT_WRITE = scoped('SEARCH ACCOUNTS FILES ITEMS EXPORT AUDIT');
const WITHOUT_SEARCH = scoped('WRITE ACCOUNTS FILES ITEMS EXPORT AUDIT');
const WITHOUT_FILES = scoped('SEARCH WRITE ACCOUNTS ITEMS EXPORT AUDIT');
const WITHOUT_ITEMS = scoped('SEARCH WRITE ACCOUNTS FILES EXPORT AUDIT');
const EVERYTHING = scoped('SEARCH WRITE ACCOUNTS FILES ITEMS EXPORT AUDIT');
const NAVY = token({ groups: ['navy'] });

const ambiguous = rejected('path_ambiguous');
const unmapped = rejected('endpoint_unmapped');
const needs = (scope: string) => rejected('scope_required', scope);

const NO_MAP = 'there is no map: the rule of the route that the host finds applies';

/** The answer of the route that the host finds, which has its own rule. */
function byRoute(expectation: Expectation): Exceptions {
  return { because: NO_MAP, 'by-route': expectation };
}

/** Paths with a custom method, a colon in a literal, or an extension that is a parameter. */
export const CUSTOM_METHODS: readonly Case[] = [
  {
    name: 'A literal with a colon is an endpoint',
    request: post('/accounts:lookUp', bearer(scoped('ACCOUNTS'))),
    expect: allowed('account-lookup'),
  },
  {
    name: 'A literal with a colon has its own rule',
    request: post('/accounts:lookUp', bearer(scoped('WRITE'))),
    expect: needs('ACCOUNTS'),
  },
  ...['/accounts:other', '/accounts', '/accounts:', '/accountslookUp', '/accounts:lookUp:x'].map(
    (target): Case => ({
      name: `A colon in a literal is not a parameter: ${target}`,
      request: post(target, bearer(EVERYTHING)),
      expect: unmapped,
      except: byRoute(byHost(404)),
    }),
  ),
  ...['/accounts%3AlookUp', '/accounts%3alookUp', '/accounts%253AlookUp'].map(
    (target): Case => ({
      name: `An encoded colon is ambiguous: ${target}`,
      request: post(target, bearer(EVERYTHING)),
      expect: ambiguous,
      except: byRoute(byHost(404)),
    }),
  ),
  {
    name: 'A literal with a colon in another case',
    request: post('/ACCOUNTS:LOOKUP', bearer(scoped('WRITE'))),
    expect: needs('ACCOUNTS'),
    except: {
      because: 'Hono, Fastify and URLs are case-sensitive',
      hono: unmapped,
      fastify: unmapped,
      fetch: unmapped,
      'hono by-route': byHost(404),
      'fastify by-route': byHost(404),
    },
  },
  {
    name: 'A literal with a colon and a trailing slash',
    request: post('/accounts:lookUp/', bearer(scoped('WRITE'))),
    expect: needs('ACCOUNTS'),
    except: {
      because: 'Hono, Fastify and URLs keep a trailing slash',
      hono: unmapped,
      fastify: unmapped,
      fetch: unmapped,
      'hono by-route': byHost(404),
      'fastify by-route': byHost(404),
    },
  },

  {
    name: 'A parameter with a verb is an endpoint',
    request: post('/operations/7:cancel', bearer(scoped('WRITE'))),
    expect: allowed('cancel'),
  },
  {
    name: 'A parameter with a verb has its own rule',
    request: post('/operations/7:cancel', bearer(WITHOUT_WRITE)),
    expect: needs('WRITE'),
  },
  {
    name: 'A parameter without the verb has its own rule',
    request: post('/operations/7', bearer(WITHOUT_SEARCH)),
    expect: needs('SEARCH'),
  },
  ...['7:cancelled', '7:', '7:retry', '7:cancel:', 'cancel', '7cancel', '7;cancel'].map(
    (segment): Case => ({
      name: `Another verb is the value of a parameter: ${segment}`,
      request: post(`/operations/${segment}`, bearer(WITHOUT_WRITE)),
      expect: allowed('operation'),
    }),
  ),
  ...['0b0e6b5e-3f57-4a3f-9b3f-7d3c1a2b4c5d', 'a%20b', 'a.b', 'caf%C3%A9', 'a@b', '100%25'].map(
    (value): Case => ({
      name: `The value before a verb may be ${value}`,
      request: post(`/operations/${value}:cancel`, bearer(WITHOUT_SEARCH)),
      expect: allowed('cancel'),
    }),
  ),
  ...['a:b:cancel', ':cancel:cancel', '::cancel', 'a::cancel'].flatMap((segment): Case[] => [
    {
      name: `Several colons require what both endpoints require, with both: ${segment}`,
      request: post(`/operations/${segment}`, bearer(EVERYTHING)),
      expect: allowed('cancel'),
    },
    {
      name: `Several colons require what both endpoints require, without the verb's: ${segment}`,
      request: post(`/operations/${segment}`, bearer(WITHOUT_WRITE)),
      expect: needs('WRITE SEARCH'),
      except: byRoute(needs('WRITE')),
    },
    {
      name: `Several colons require what both endpoints require, without the other's: ${segment}`,
      request: post(`/operations/${segment}`, bearer(WITHOUT_SEARCH)),
      expect: needs('WRITE SEARCH'),
      except: byRoute(allowed('cancel')),
    },
  ]),
  {
    name: 'A verb without a value requires what both endpoints require, with both',
    request: post('/operations/:cancel', bearer(EVERYTHING)),
    expect: allowed('operation'),
  },
  {
    name: 'A verb without a value requires what both endpoints require, without one',
    request: post('/operations/:cancel', bearer(WITHOUT_WRITE)),
    expect: needs('SEARCH WRITE'),
    except: byRoute(allowed('operation')),
  },
  ...['7%3Acancel', '7%3acancel', '7%253Acancel', '7%25253Acancel'].map(
    (segment): Case => ({
      name: `An encoded colon before a verb is ambiguous: ${segment}`,
      request: post(`/operations/${segment}`, bearer(EVERYTHING)),
      expect: ambiguous,
      except: {
        ...byRoute(allowed('operation')),
        // Its router decodes a parameter once before it compares it with a pattern.
        ...(/%3a/i.test(segment) && { 'fastify by-route': allowed('cancel') }),
      },
    }),
  ),
  ...['7:%63ancel', '7:canc%65l', '7%2Ecancel', '7:cancel%00', '7:cancel%5C'].map(
    (segment): Case => ({
      name: `A verb in another spelling is ambiguous: ${segment}`,
      request: post(`/operations/${segment}`, bearer(EVERYTHING)),
      expect: ambiguous,
    }),
  ),
  ...['7%2F8:cancel', '7:cancel%2F8', '%2F:cancel'].map(
    (segment): Case => ({
      name: `An encoded slash beside a verb is ambiguous: ${segment}`,
      request: post(`/operations/${segment}`, bearer(EVERYTHING)),
      expect: ambiguous,
    }),
  ),
  {
    name: 'An encoded colon inside the value before a verb is ambiguous',
    request: post('/operations/a%3Ab:cancel', bearer(EVERYTHING)),
    expect: ambiguous,
    except: byRoute(allowed('cancel')),
  },
  {
    name: 'A verb in another case is the same verb where the host ignores case',
    request: post('/operations/7:CANCEL', bearer(WITHOUT_WRITE)),
    expect: needs('WRITE'),
    except: {
      because: 'Hono, Fastify and URLs are case-sensitive',
      hono: allowed('operation'),
      fastify: allowed('operation'),
      fetch: allowed('operation'),
    },
  },
  {
    name: 'A verb with a trailing slash is the same verb where the host ignores a trailing slash',
    request: post('/operations/7:cancel/', bearer(WITHOUT_WRITE)),
    expect: needs('WRITE'),
    except: {
      because: 'Hono, Fastify and URLs keep a trailing slash',
      hono: unmapped,
      fastify: unmapped,
      fetch: unmapped,
      'hono by-route': byHost(404),
      'fastify by-route': byHost(404),
    },
  },
  {
    name: 'A verb of another method',
    request: get('/operations/7:cancel', bearer(EVERYTHING)),
    expect: unmapped,
    except: byRoute(byHost(404)),
  },
  {
    name: 'A path below a parameter with a verb: allowed',
    request: get('/operations/7:cancel/log', bearer(scoped('AUDIT'))),
    expect: allowed('operation-log'),
  },
  {
    name: 'A path below a parameter with a verb: its own scope',
    request: send('HEAD', '/operations/7:cancel/log', bearer(WITHOUT_WRITE)),
    expect: reaches('operation-log'),
  },
  {
    name: 'A path below a parameter without the verb',
    request: get('/operations/7/log', bearer(EVERYTHING)),
    expect: unmapped,
    except: byRoute(byHost(404)),
  },

  {
    name: 'An extension that is a parameter: allowed',
    request: get('/images/thumbnail.png', bearer(scoped('FILES'))),
    expect: allowed('thumbnail'),
  },
  {
    name: 'An extension that is a parameter: its own scope',
    request: get('/images/thumbnail.png', bearer(WITHOUT_FILES)),
    expect: needs('FILES'),
  },
  {
    name: 'A name before an extension that is literal: allowed',
    request: get('/images/sun.json', bearer(scoped('EXPORT'))),
    expect: allowed('image-data'),
  },
  {
    name: 'A name before an extension that is literal: its own scope',
    request: get('/images/sun.json', bearer(WITHOUT_FILES)),
    expect: allowed('image-data'),
  },
  ...['thumbnail', 'thumbnailpng', 'thumbnail-png', 'sunjson', 'sun.jsonx', 'json'].map(
    (segment): Case => ({
      name: `What lacks the text beside a parameter is the value of another one: ${segment}`,
      request: get(`/images/${segment}`, bearer(scoped('ITEMS'))),
      expect: allowed('image'),
    }),
  ),
  {
    name: 'A path of two such endpoints requires what both require, without one',
    request: get('/images/thumbnail.json', bearer(scoped('FILES ITEMS'))),
    expect: needs('FILES EXPORT'),
    except: byRoute(allowed('thumbnail')),
  },
  {
    name: 'A path of two such endpoints requires what both require, without the other one',
    request: get('/images/thumbnail.json', bearer(scoped('EXPORT ITEMS'))),
    expect: needs('FILES EXPORT'),
    except: byRoute(needs('FILES')),
  },
  {
    name: 'A path of two such endpoints requires what both require, with both',
    request: get('/images/thumbnail.json', bearer(scoped('EXPORT FILES'))),
    expect: allowed('thumbnail'),
  },
  {
    name: 'Two extensions require what both endpoints require, without the one',
    request: get('/images/thumbnail.tar.gz', bearer(WITHOUT_FILES)),
    expect: needs('FILES ITEMS'),
    except: {
      'by-route': needs('FILES'),
      because: 'these routers take no dot in an extension, so the other route answers',
      'express 4 by-route': allowed('image'),
      'koa 2 by-route': allowed('image'),
    },
  },
  {
    name: 'Two extensions require what both endpoints require, without the other one',
    request: get('/images/thumbnail.tar.gz', bearer(WITHOUT_ITEMS)),
    expect: needs('FILES ITEMS'),
    except: {
      ...byRoute(allowed('thumbnail')),
      'express 4 by-route': needs('ITEMS'),
      'koa 2 by-route': needs('ITEMS'),
    },
  },
  ...['thumbnail%2Epng', 'thumbnail.pn%67', 'sun%2Ejson', 'sun.js%6Fn', 'sun.json%00'].map(
    (segment): Case => ({
      name: `An extension in another spelling is ambiguous: ${segment}`,
      request: get(`/images/${segment}`, bearer(EVERYTHING)),
      expect: ambiguous,
    }),
  ),
  {
    name: 'An empty extension requires what both endpoints require, without one',
    request: get('/images/thumbnail.', bearer(WITHOUT_FILES)),
    expect: needs('ITEMS FILES'),
    // In Fastify a parameter may be empty.
    except: { ...byRoute(allowed('image')), 'fastify by-route': needs('FILES') },
  },
  {
    name: 'An empty name before an extension requires what both endpoints require, without one',
    request: get('/images/.json', bearer(scoped('ITEMS'))),
    expect: needs('ITEMS EXPORT'),
    except: byRoute(allowed('image')),
  },

  {
    name: 'A group beside a verb: the caller is in it',
    request: post('/teams/navy:close', bearer(NAVY)),
    expect: allowed('team-close', { subject: 'ada@example.com', groups: ['navy'] }),
    except: byRoute(byHost(404)),
  },
  ...['army:close', 'navy.x:close', 'navy%20:close', 'Navy:close'].map(
    (segment): Case => ({
      name: `A group beside a verb: the caller is not in it: ${segment}`,
      request: post(`/teams/${segment}`, bearer(NAVY)),
      expect: rejected('group_mismatch'),
      except: byRoute(byHost(404)),
    }),
  ),
  {
    name: 'A group beside a verb: no group',
    request: post('/teams/:close', bearer(NAVY)),
    expect: unmapped,
    except: byRoute(byHost(404)),
  },
];
