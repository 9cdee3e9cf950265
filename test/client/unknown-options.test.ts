import * as client from '@mandate/client';
import { describeUnknownOptions } from '../support/unknown-options.js';

const fetchToken = async () => 'token';
const credentials = { username: 'ada', password: 'secret' };

function createService(): client.ServiceClient {
  const window = { addEventListener() {}, removeEventListener() {} };
  const target = { postMessage() {} };
  return client.createServiceClient({ origin: 'https://workspace.example.com', window, target });
}

describeUnknownOptions([client], {
  createTokenClient: (unknown) => client.createTokenClient({ ...unknown }),
  'createTokenClient: identity': (unknown) =>
    client.createTokenClient({ fetchToken, identity: { subject: 'ada', ...unknown } }),
  'createTokenClient: authorize': (unknown) =>
    client.createTokenClient({
      authorize: { credentials: { username: 'ada', password: 'secret' }, ...unknown },
    }),
  'createTokenClient: credentials': (unknown) =>
    client.createTokenClient({
      authorize: { credentials: { username: 'ada', password: 'secret', ...unknown } },
    }),
  'createTokenClient: getToken': (unknown) =>
    client.createTokenClient({ fetchToken }).getToken({ ...unknown }),
  'createTokenClient: authorize()': (unknown) =>
    client
      .createTokenClient()
      .authorize({ webserver: 'https://a.example', credentials, ...unknown }),
  'createTokenClient: credentials of authorize()': (unknown) =>
    client.createTokenClient().authorize({ credentials: { ...credentials, ...unknown } }),
  'createTokenClient: setToken': (unknown) =>
    client.createTokenClient().setToken('token', { ...unknown }),
  'createTokenClient: clearToken': (unknown) =>
    client.createTokenClient().clearToken({ ...unknown }),
  'createServiceClient: request': (unknown) =>
    createService().request('agent.get', [], { ...unknown }),
  'createServiceClient: auth.getJwtToken': (unknown) =>
    createService().auth.getJwtToken({ ...unknown }),
  parseAcceptedOrigins: (unknown) => client.parseAcceptedOrigins('', { ...unknown }),
  createServiceClient: (unknown) =>
    client.createServiceClient({ origin: 'https://workspace.example.com', ...unknown }),
  createServiceHost: (unknown) =>
    client.createServiceHost({ acceptedWebContentOrigins: '', operations: {}, ...unknown }),
  'createServiceHost: rateLimit': (unknown) =>
    client.createServiceHost({
      acceptedWebContentOrigins: '',
      operations: {},
      rateLimit: { perMinute: 1, ...unknown },
    }),
});
