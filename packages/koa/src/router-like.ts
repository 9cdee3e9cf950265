import { isEveryMethod } from '@mandate/core/adapter';

/** A router of `@koa/router`, as far as it shows what is registered with it. */
export interface RouterLike {
  readonly stack: readonly LayerLike[];
  /** Whether only one of several routes that match is run, and no middleware of the router. */
  readonly exclusive?: boolean | undefined;
  readonly opts: { readonly exclusive?: unknown };
}

/** What a router keeps about one registration; nested routers are copied into it. */
export interface LayerLike {
  /** With the prefixes of its routers. */
  readonly path: string | RegExp;
  /** Upper case; none for a middleware. */
  readonly methods: readonly string[];
  readonly stack: readonly object[];
  readonly paramNames: readonly unknown[];
  readonly opts: { readonly sensitive?: boolean; readonly strict?: boolean };
  match(path: string): boolean;
}

/** Registered without a path: every request that the router takes passes it. */
const ANY_PATH = String.raw`(?:\/|$)`;

export function takesEveryPath(layer: LayerLike): boolean {
  return layer.path === ANY_PATH;
}

/** What a layer is listed under: `HEAD`, which comes with `GET`, not by itself. */
export function readMethods({ methods }: LayerLike): readonly string[] {
  if (isEveryMethod(methods)) return ['ALL'];
  return methods.filter((method) => method !== 'HEAD' || !methods.includes('GET'));
}

/** The layers in the order in which the router prefers them. */
export function orderLayers({ stack, exclusive, opts }: RouterLike): readonly LayerLike[] {
  if (!exclusive) return stack;
  return opts.exclusive === 'specificity'
    ? [...stack].sort((a, b) => a.paramNames.length - b.paramNames.length)
    : [...stack].reverse();
}
