import { createGuard, type Decision, type Principal } from '@mandate/core';
import {
  allowAnonymous,
  collectEndpoints,
  endpoint,
  isPublic,
  requireAnyScope,
  requireGroup,
  requireScopes,
  requireStepUp,
} from '@mandate/core/decorators';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';

/** A foreign decorator that replaces the method. */
function logged<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
  _context: ClassMethodDecoratorContext,
) {
  return function (this: This, ...args: Args): Result {
    return method.apply(this, args);
  };
}

class Documents {
  readonly #title: string;

  constructor(title = 'Untitled') {
    this.#title = title;
  }

  @endpoint('GET /docs/:id')
  @requireScopes('DOCUMENTS', 'SEARCH')
  read(id: string) {
    return `${this.#title} ${id}`;
  }

  @requireAnyScope('PEOPLE', 'ENTITIES')
  @requireGroup({ path: 'groupid' })
  @endpoint('GET /groups/{groupid}/people')
  people() {}

  @endpoint('DELETE /docs')
  @requireGroup('admins')
  @requireStepUp({ maxAuthAgeSeconds: 300 })
  clear() {}

  @endpoint('GET /docs')
  @allowAnonymous()
  @requireScopes('SEARCH')
  list() {}

  @endpoint('GET /health')
  @isPublic()
  @logged
  health() {
    return this.#title;
  }

  notAnEndpoint() {}
}

describe('the endpoints of a controller', () => {
  test('are those of its decorators', () => {
    expect(collectEndpoints(Documents).endpoints).toEqual({
      'GET /docs/:id': { scopes: ['DOCUMENTS', 'SEARCH'], anonymous: false },
      'GET /groups/{groupid}/people': {
        scopes: { anyOf: ['PEOPLE', 'ENTITIES'] },
        group: { path: 'groupid' },
        anonymous: false,
      },
      'DELETE /docs': {
        scopes: [],
        group: 'admins',
        stepUp: { maxAuthAgeSeconds: 300 },
        anonymous: false,
      },
      'GET /docs': { scopes: ['SEARCH'], anonymous: true },
      'GET /health': 'public',
    });
  });

  test('are the same for an instance', () => {
    expect(collectEndpoints(new Documents()).endpoints).toEqual(
      collectEndpoints(Documents).endpoints,
    );
  });

  test('decide requests', async () => {
    const principal: Principal = {
      subject: 'ada@example.com',
      actor: undefined,
      permission: 'USER',
      scopes: ['SEARCH', 'PEOPLE'],
      groups: ['7'],
      tokenId: undefined,
      issuer: undefined,
      expiresAt: undefined,
      claims: {},
    };
    const { endpoints } = collectEndpoints(Documents);
    const verifiers = [{ accepts: () => true, verify: () => principal }];
    const guard = createGuard({ verifiers, endpoints });
    const ask = async (path: string, token?: string): Promise<string> => {
      const request = createRequest(token === undefined ? { path } : { path, token });
      const decision: Decision = await guard.decide(request);
      return decision.allowed ? 'allowed' : decision.error.code;
    };
    expect(await ask('/docs', 't')).toBe('allowed');
    expect(await ask('/docs/1', 't')).toBe('scope_required');
    expect(await ask('/groups/7/people', 't')).toBe('allowed');
    expect(await ask('/groups/8/people', 't')).toBe('group_mismatch');
    expect(await ask('/health')).toBe('allowed');
    expect(await ask('/docs')).toBe('credentials_missing');
  });
});

describe('the handlers of a controller', () => {
  test('are one for each endpoint, with paths as routers write them', () => {
    const { handlers } = collectEndpoints(Documents);
    expect(handlers.map(({ key, method, path }) => [key, method, path])).toEqual([
      ['DELETE /docs', 'DELETE', '/docs'],
      ['GET /docs', 'GET', '/docs'],
      ['GET /health', 'GET', '/health'],
      ['GET /docs/:id', 'GET', '/docs/:id'],
      ['GET /groups/{groupid}/people', 'GET', '/groups/:groupid/people'],
    ]);
  });

  test('are bound to the instance that was given', () => {
    const { handlers } = collectEndpoints<(id: string) => string>(new Documents('Report'));
    expect(handlers[3]?.handler('7')).toBe('Report 7');
    expect(handlers[2]?.handler('')).toBe('Report');
  });

  test('are the bare methods of a class', () => {
    const { handlers } = collectEndpoints(Documents);
    expect(handlers[3]?.handler).toBe(Documents.prototype.read);
  });
});

describe('the order of handlers', () => {
  test('is that in which the map prefers their paths', () => {
    class Mixed {
      @endpoint('GET /docs/*')
      @requireScopes('A')
      rest() {}

      @endpoint('GET /docs/:id/parts')
      @requireScopes('A')
      parts() {}

      @endpoint('GET /docs/:id')
      @requireScopes('A')
      read() {}

      @endpoint('GET /docs/admin')
      @requireScopes('ADMIN')
      admin() {}

      @endpoint('GET /docs/admin/:part')
      @requireScopes('ADMIN')
      adminPart() {}
    }
    expect(collectEndpoints(Mixed).handlers.map(({ path }) => path)).toEqual([
      '/docs/admin',
      '/docs/admin/:part',
      '/docs/:id',
      '/docs/:id/parts',
      '/docs/*',
    ]);
  });
});

describe('several controllers', () => {
  class Reports {
    @endpoint('GET /reports')
    @requireScopes('REPORTS')
    list() {}
  }

  test('are read into one map', () => {
    const { endpoints, handlers } = collectEndpoints(new Documents(), Reports);
    expect(Object.keys(endpoints)).toHaveLength(6);
    expect(handlers).toHaveLength(6);
  });

  test('are rejected if two have the same endpoint', () => {
    class Rivals {
      @endpoint('GET /reports')
      @isPublic()
      list() {}
    }
    expect(() => collectEndpoints(Reports, Rivals)).toThrow(
      'Rivals.list: another method is also GET /reports',
    );
  });

  test('are rejected if a host would parse the name of a parameter differently', () => {
    class Hyphens {
      @endpoint('GET /docs/{doc-id}')
      @requireScopes()
      get() {}
    }
    expect(() => collectEndpoints(Hyphens)).toThrow(
      'Hyphens.get: hosts read :doc-id as :doc and "-id"; name the parameter without a hyphen',
    );
  });

  test.each(['POST /docs/{id}:cancel', 'POST /docs:lookUp', 'POST /docs/{id}.json'] as const)(
    'are rejected if hosts spell the path in different ways: %s',
    (key) => {
      class Custom {
        @endpoint(key)
        @requireScopes('DOCS')
        run() {}
      }
      expect(() => collectEndpoints(Custom)).toThrow('Custom.run: each host spells "');
    },
  );

  test('are rejected if one has no endpoint', () => {
    expect(() => collectEndpoints(Reports, class Empty {})).toThrow('Empty has no @endpoint');
  });
});

describe('inheritance', () => {
  class Reports extends Documents {
    @endpoint('GET /docs')
    @requireScopes('REPORTS')
    override list() {}

    @endpoint('GET /reports')
    @requireScopes()
    reports() {}
  }

  test('includes the endpoints of the base class, except those that are decorated again', () => {
    const { endpoints } = collectEndpoints(new Reports());
    expect(Object.keys(endpoints)).toHaveLength(6);
    expect(endpoints).toMatchObject({
      'GET /docs': { scopes: ['REPORTS'], anonymous: false },
      'GET /reports': { scopes: [] },
      'DELETE /docs': { group: 'admins' },
    });
  });

  test('does not change the base class', () => {
    expect(collectEndpoints(Documents).endpoints).toMatchObject({
      'GET /docs': { anonymous: true },
    });
  });

  test('does not lend a rule to a method that overrides another', () => {
    class Careless extends Documents {
      override list() {}
    }
    expect(() => collectEndpoints(Careless)).toThrow('Careless.list overrides an endpoint');
  });

  test('does not lend an endpoint to one with a rule', () => {
    class Halfway extends Documents {
      @requireScopes('REPORTS')
      override list() {}
    }
    expect(() => collectEndpoints(Halfway)).toThrow('Halfway.list has a rule but no @endpoint');
  });
});

describe('a method is rejected', () => {
  test('with an endpoint and no rule', () => {
    class Forgotten {
      @endpoint('GET /docs')
      list() {}
    }
    expect(() => collectEndpoints(Forgotten)).toThrow('Forgotten.list is GET /docs without a rule');
  });

  test('with a rule and no endpoint', () => {
    class Unreachable {
      @requireScopes('SEARCH')
      list() {}
    }
    expect(() => collectEndpoints(Unreachable)).toThrow('Unreachable.list has a rule');
  });

  test.each([
    ['two endpoints', endpoint('GET /a'), endpoint('GET /b')],
    ['two lists of scopes', requireScopes('A'), requireScopes('B')],
    ['all and any of its scopes', requireScopes('A'), requireAnyScope('B', 'C')],
    ['two groups', requireGroup('a'), requireGroup('b')],
    ['public and scopes', isPublic(), requireScopes()],
    ['a group and public', requireGroup('a'), isPublic()],
    ['public and anonymous', isPublic(), allowAnonymous()],
  ])('with %s', (_, one, other) => {
    const define = () =>
      class {
        @one
        @other
        list() {}
      };
    expect(define).toThrow(TypeError);
    expect(define).toThrow(/^list: /);
  });

  test.each([
    ['a scope that cannot be', requireScopes('A B')],
    ['no scope to choose from', requireAnyScope()],
    ['a group in a parameter that is not there', requireGroup({ path: 'id' })],
  ])('with %s', (_, rule) => {
    class Wrong {
      @endpoint('GET /docs')
      @rule
      list() {}
    }
    expect(() => collectEndpoints(Wrong)).toThrow(/^endpoint "GET \/docs": /);
  });

  test('with the endpoint of another method', () => {
    class Twins {
      @endpoint('GET /docs')
      @requireScopes('A')
      one() {}

      @endpoint('GET /docs')
      @requireScopes('B')
      other() {}
    }
    expect(() => collectEndpoints(Twins)).toThrow('Twins.other: another method is also GET /docs');
  });

  test.each([
    ['static', { kind: 'method', name: 'list', static: true, private: false }],
    ['private', { kind: 'method', name: '#list', static: false, private: true }],
    ['an accessor', { kind: 'accessor', name: 'list', static: false, private: false }],
    ['decorated in the way that came before the standard', 'list'],
    ['called as a function', undefined],
  ])('that is %s', (_, context) => {
    expect(() => requireScopes('A')(() => {}, context as never)).toThrow(TypeError);
  });
});

describe('a class is rejected when it is constructed', () => {
  test('if another decorator replaced the method above a rule, which would then be lost', () => {
    class Above {
      @endpoint('GET /docs')
      @requireScopes('A')
      @logged
      @requireGroup('admins')
      list() {}
    }
    expect(() => new Above()).toThrow('list was replaced');
  });

  test('if another decorator replaced the method above all of them', () => {
    class Topmost {
      @logged
      @endpoint('GET /docs')
      @requireScopes('A')
      list() {}
    }
    expect(() => new Topmost()).toThrow('list was replaced');
  });
});

test('A class without endpoints is rejected', () => {
  expect(() => collectEndpoints(class Empty {})).toThrow('Empty has no @endpoint');
  expect(() => collectEndpoints({})).toThrow('Object has no @endpoint');
});
