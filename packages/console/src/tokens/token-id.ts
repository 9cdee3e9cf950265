/** The part of a route that names a token; what cannot be an id is asked of no store. */
export const TOKEN_ID = ':id{[\\w-]{1,64}}';
