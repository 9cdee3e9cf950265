/** The route parameter of a token. Values that cannot be an id never reach the store. */
export const TOKEN_ID = ':id{[\\w-]{1,64}}';
