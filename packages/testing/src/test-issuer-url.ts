/** `.invalid` never resolves (RFC 2606 §2), so no server can use this issuer by mistake. */
export const TEST_ISSUER = 'https://issuer.test.invalid/';

/** The audience of tokens unless an option names another. */
export const TEST_AUDIENCE = 'https://api.test.invalid';
