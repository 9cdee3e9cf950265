/** A key pair that another process made, with the parameters of its algorithm. */
export interface GivenPair {
  readonly algorithm: Parameters<typeof crypto.subtle.importKey>[2];
  readonly publicJwk: JsonWebKey;
  readonly privateJwk: JsonWebKey;
}

/** Key pairs by algorithm and `kid`, in the order in which they are made. */
export type GivenPairs = Record<string, readonly GivenPair[]>;

const NAME = Symbol.for('mandate.test.key-pairs');
const made = new Map<string, CryptoKeyPair[]>();
const taken = new Map<string, number>();

/**
 * Makes a key pair, or takes the one that {@link giveKeyPairs} has: a server in a process of its own verifies the tokens
 * that this process signs.
 */
export async function findPair(
  name: string,
  make: () => Promise<CryptoKeyPair>,
): Promise<CryptoKeyPair> {
  const given = (globalThis as { readonly [NAME]?: GivenPairs })[NAME];
  const index = taken.get(name) ?? 0;
  taken.set(name, index + 1);
  const pair = given?.[name]?.[index];
  if (pair !== undefined) return importPair(pair);
  const created = await make();
  const pairs = made.get(name) ?? [];
  pairs[index] = created;
  made.set(name, pairs);
  return created;
}

/** Lets {@link findPair} take these. Call it before a module makes keys. */
export function giveKeyPairs(pairs: GivenPairs): void {
  Object.assign(globalThis, { [NAME]: pairs });
}

async function importPair({ algorithm, publicJwk, privateJwk }: GivenPair): Promise<CryptoKeyPair> {
  const [publicKey, privateKey] = await Promise.all([
    crypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
    crypto.subtle.importKey('jwk', privateJwk, algorithm, true, ['sign']),
  ]);
  return { publicKey, privateKey };
}

/** All key pairs that this process has made. */
export async function exportKeyPairs(): Promise<GivenPairs> {
  const entries = [...made].map(async ([name, pairs]) => {
    const exported = pairs.map(async ({ publicKey, privateKey }): Promise<GivenPair> => {
      const { name, hash, namedCurve } = publicKey.algorithm as {
        readonly name: string;
        readonly hash?: { readonly name: string };
        readonly namedCurve?: string;
      };
      return {
        algorithm: { name, ...(hash && { hash: hash.name }), ...(namedCurve && { namedCurve }) },
        publicJwk: await exportMaterial(publicKey),
        privateJwk: await exportMaterial(privateKey),
      };
    });
    return [name, await Promise.all(exported)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Without `alg`, for which runtimes have different names. */
async function exportMaterial(key: CryptoKey): Promise<JsonWebKey> {
  const {
    alg: _alg,
    key_ops: _operations,
    ...material
  } = await crypto.subtle.exportKey('jwk', key);
  return material;
}
