interface Payload {
  readonly [member: string]: unknown;
}

/** The storage of `oidc-provider` in memory; its own says on every use that it is for development. */
export function createMemoryAdapter() {
  const stored = new Map<string, Payload>();
  return (model: string) => ({
    async upsert(id: string, payload: Payload) {
      stored.set(`${model} ${id}`, payload);
    },
    async find(id: string) {
      return stored.get(`${model} ${id}`);
    },
    async findByUid(uid: string) {
      return [...stored.values()].find((payload) => payload['uid'] === uid);
    },
    async consume(id: string) {
      stored.set(`${model} ${id}`, { ...stored.get(`${model} ${id}`), consumed: true });
    },
    async destroy(id: string) {
      stored.delete(`${model} ${id}`);
    },
    async revokeByGrantId(grantId: string) {
      for (const [key, payload] of stored) if (payload['grantId'] === grantId) stored.delete(key);
    },
  });
}
