// An issuer for trying things out on loopback. The other examples start it unless they are given a real one.
export { AUDIENCE, type TokenRequest } from './access-token.js';
export { findIssuer } from './find-issuer.js';
export { createIssuer, type Issuer } from './issuer.js';
export { type Listening, listen } from './listen.js';
