/** What the requests of Express and Fastify have in common: what `@Req()` gives to a handler. */
export interface PlatformRequest {
  readonly method: string;
  readonly ip?: string | undefined;
  readonly query: unknown;
  readonly params: unknown;
  readonly body?: unknown;
}
