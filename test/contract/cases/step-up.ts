import {
  allowed,
  bearer,
  type Case,
  type Expectation,
  get,
  mustStepUp,
  post,
  rejected,
} from '../case.js';
import { ANONYMOUS, GLOBAL, NOW, token } from '../tokens.js';

const PAY = 'acr_values="phr mfa", max_age="300"';

/** Endpoints that ask how and when the user authenticated (RFC 9470). */
export const STEP_UP: readonly Case[] = [
  pay('in an accepted way, and recently', { acr: 'mfa', auth_time: NOW - 10 }, allowed('pay')),
  pay('in the preferred way', { acr: 'phr', auth_time: NOW - 10 }, allowed('pay')),
  pay('exactly as long ago as is allowed', { acr: 'mfa', auth_time: NOW - 300 }, allowed('pay')),
  pay('a second too long ago', { acr: 'mfa', auth_time: NOW - 301 }, mustStepUp(PAY)),
  pay(
    'too long ago, with a new token',
    { acr: 'mfa', auth_time: NOW - 900, iat: NOW },
    mustStepUp(PAY),
  ),
  pay('in another way', { acr: 'pwd', auth_time: NOW - 10 }, mustStepUp(PAY)),
  pay('in a way that is spelled otherwise', { acr: 'MFA', auth_time: NOW }, mustStepUp(PAY)),
  pay('in several ways', { acr: ['mfa'], auth_time: NOW }, mustStepUp(PAY)),
  pay('in all ways at once', { acr: 'phr mfa', auth_time: NOW }, mustStepUp(PAY)),
  pay('in an unknown way', { auth_time: NOW - 10 }, mustStepUp(PAY)),
  pay('at an unknown time', { acr: 'mfa' }, mustStepUp(PAY)),
  pay('at a time that is a text', { acr: 'mfa', auth_time: String(NOW) }, mustStepUp(PAY)),
  pay('at a time in milliseconds', { acr: 'mfa', auth_time: NOW * 1000 }, mustStepUp(PAY)),
  pay('at no time', { acr: 'mfa', auth_time: null }, mustStepUp(PAY)),
  pay('a moment from now', { acr: 'mfa', auth_time: NOW + 30 }, allowed('pay')),
  pay('without the scope', { acr: 'pwd', scope: 'CHAT' }, rejected('scope_required', 'SEARCH')),
  {
    name: 'Step-up: a request without a token gets a bare challenge',
    request: post('/payments'),
    expect: rejected('credentials_missing'),
  },
  {
    name: 'Step-up: an ANONYMOUS token does not become a user',
    request: post('/payments', bearer(ANONYMOUS)),
    expect: rejected('anonymous_not_allowed'),
  },
  {
    name: 'Step-up: a GLOBAL token has the authentication of its holder',
    request: get('/recent', bearer(GLOBAL), 'X-Glean-ActAs: grace@example.com'),
    expect: mustStepUp('max_age="300"'),
  },
  {
    name: 'Step-up: a rule may ask for the way alone',
    request: get('/payments', bearer(token({ acr: 'mfa' }))),
    expect: allowed('payments'),
  },
  {
    name: 'Step-up: the challenge of such a rule names the way alone',
    request: get('/payments', bearer(token({ acr: 'phr', auth_time: NOW }))),
    expect: mustStepUp('acr_values="mfa"'),
  },
  {
    name: 'Step-up: a rule may ask for the time alone',
    request: get('/recent', bearer(token({ auth_time: NOW - 299 }))),
    expect: allowed('recent'),
  },
  {
    name: 'Step-up: HEAD follows GET',
    request: { ...get('/recent', bearer(token())), method: 'HEAD' },
    expect: mustStepUp('max_age="300"'),
  },
];

function pay(when: string, claims: Readonly<Record<string, unknown>>, expect: Expectation): Case {
  return {
    name: `Step-up: a user who authenticated ${when}`,
    request: post('/payments', bearer(token(claims))),
    expect,
  };
}
