import type { FastifyInstance } from 'fastify';

/**
 * Decorates requests with a property, unless a guard around this one has done it.
 * @throws an error of Fastify if anything else uses the property.
 */
export function decorateOnce(instance: FastifyInstance, property: string | symbol): void {
  const mark = Symbol.for(`mandate.fastify.${String(property)}`);
  if (instance.hasDecorator(mark)) return;
  instance.decorate(mark, true);
  instance.decorateRequest(property, undefined);
}
