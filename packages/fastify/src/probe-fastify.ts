/**
 * Everything that Mandate knows about the internals of Fastify: where a context keeps its hooks. Written against Fastify
 * 5.0 and 5.12.
 */
import type { FastifyInstance } from 'fastify';

/** The stages that run before a handler, in their order. */
export const HOOKS = ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const;

/**
 * The functions that a context runs at a stage before every handler, those of the contexts around it included.
 * @throws TypeError if this version of Fastify keeps them elsewhere.
 */
export function getHooks(
  instance: FastifyInstance,
  stage: (typeof HOOKS)[number],
): readonly unknown[] {
  const symbol = Object.getOwnPropertySymbols(instance).find(
    ({ description }) => description === 'fastify.hooks',
  );
  const hooks = symbol && (instance as unknown as Readonly<Record<symbol, HookLists>>)[symbol];
  const functions = hooks?.[stage];
  if (Array.isArray(functions)) return functions;
  throw new TypeError('routes cannot be listed: this version of Fastify keeps its hooks elsewhere');
}

type HookLists = Readonly<Record<string, unknown>>;
