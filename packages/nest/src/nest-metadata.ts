/**
 * The keys under which the decorators of Nest keep what they declare, and what a class or method is by them. Nest does
 * not export the keys. Written against Nest 11.2 and 12.5, and `@nestjs/graphql` 14.
 */
const ROUTE_PATH = 'path';
const ROUTE_METHOD = 'method';
const MESSAGE_PATTERN = 'microservices:pattern';
const GATEWAY = 'websockets:is_gateway';
const RESOLVER = 'graphql:resolver_type';

/** What calls a method of a controller from outside. */
export interface HandlerKinds {
  readonly isRoute: boolean;
  /** Whether messages of a microservice call it. */
  readonly isMessageHandler: boolean;
}

export function getHandlerKinds(method: object): HandlerKinds {
  return {
    isRoute: Reflect.hasMetadata(ROUTE_PATH, method) && Reflect.hasMetadata(ROUTE_METHOD, method),
    isMessageHandler: Reflect.hasMetadata(MESSAGE_PATTERN, method),
  };
}

/** What a provider serves; `undefined` if Nest calls none of its methods for a message or query. */
export function getProviderKind(
  metatype: object,
  methods: readonly object[],
): 'WebSocket gateway' | 'GraphQL resolver' | undefined {
  if (Reflect.hasMetadata(GATEWAY, metatype)) return 'WebSocket gateway';
  const isResolver = [metatype, ...methods].some((one) => Reflect.hasMetadata(RESOLVER, one));
  return isResolver ? 'GraphQL resolver' : undefined;
}
