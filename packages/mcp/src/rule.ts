import type { Claims, EndpointRule } from '@mandate/core';

/** What a call requires: the members of an `EndpointRule` that do not depend on a path. */
export type McpRule<TokenClaims extends object = Claims, Scope extends string = string> = Pick<
  EndpointRule<TokenClaims, Scope>,
  'scopes' | 'group' | 'stepUp' | 'anonymous' | 'allowIf'
>;

/**
 * The rule of each method, tool, prompt and resource. A key is a method (`tools/list`), or one of `tools/call`,
 * `prompts/get` and `resources/read` with a name (`tools/call delete_file`). A name may end in `*`, which stands for
 * any text. An exact name beats a `*`, and a longer text before the `*` beats a shorter one.
 */
export type McpRules<TokenClaims extends object = Claims, Scope extends string = string> = Readonly<
  Record<string, McpRule<TokenClaims, Scope>>
>;
