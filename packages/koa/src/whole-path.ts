import type { ParameterizedContext } from 'koa';
import { getMount } from './mounts.js';

/** A Koa context with the property that koa-mount adds. */
export type MountedContext = Pick<ParameterizedContext, 'app' | 'path'> & {
  /** The path of the innermost mount, which koa-mount has removed from `path`. */
  readonly mountPath?: string | undefined;
};

/**
 * The path with the part that koa-mount has removed. koa-mount names only the innermost mount, and keeps naming
 * a mount that did not answer. So the removed part of the target must be exactly that mount, or nested mounts
 * that `markMount` marks. Otherwise a middleware has rewritten the path, and its beginning is unknown.
 * @returns an empty path, which is rejected as ambiguous, if the whole path is unknown.
 */
export function toWholePath({ mountPath, path, app }: MountedContext, target: string): string {
  if (mountPath === undefined || path === target) return path;
  if (isBelow(mountPath, path, target)) return target;
  const prefixes = listMountPaths(app, '', mountPath);
  return prefixes.some((prefix) => isBelow(prefix, path, target)) ? target : '';
}

/** Whether the target is the prefix and then the path. koa-mount sets the path of the mount point itself to `/`. */
function isBelow(prefix: string, path: string, target: string): boolean {
  if (path === '/' && target === prefix) return true;
  const hidden = target.length - path.length;
  return (
    (hidden === prefix.length || (hidden === prefix.length - 1 && prefix.endsWith('/'))) &&
    target.startsWith(prefix) &&
    target.endsWith(path)
  );
}

/** The whole paths of all marked mounts whose own path is `mountPath`. */
function listMountPaths(app: object, above: string, mountPath: string): readonly string[] {
  const { middleware } = app as { readonly middleware?: readonly object[] };
  if (!Array.isArray(middleware)) return [];
  return middleware.flatMap((one: object) => {
    const mount = getMount(one);
    if (mount === undefined) return [];
    const own = mount.path === mountPath ? [`${above}${mountPath}`] : [];
    const below = listMountPaths(mount.app, above + mount.path.replace(/\/$/, ''), mountPath);
    return [...own, ...below];
  });
}
