import * as client from '@mandate/client';
import { describeUnknownOptions } from '../support/unknown-options.js';

const fetchToken = async () => 'token';

describeUnknownOptions([client], {
  createTokenClient: (unknown) => client.createTokenClient({ ...unknown }),
  'createTokenClient: identity': (unknown) =>
    client.createTokenClient({ fetchToken, identity: { subject: 'ada', ...unknown } }),
  'createTokenClient: authorize': (unknown) =>
    client.createTokenClient({
      authorize: { credentials: { username: 'ada', password: 'secret' }, ...unknown },
    }),
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
