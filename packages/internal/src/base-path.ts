const BASE_PATH = /^(?:\/[\w.~-]+)+$/;

/** @throws TypeError if a base path is neither empty nor a path without a slash at its end. */
export function checkBasePath(owner: string, basePath: string): void {
  if (basePath === '' || BASE_PATH.test(basePath)) return;
  throw new TypeError(`${owner}: basePath must look like /admin, without a slash at its end`);
}

/** The path below `basePath`, with its first slash; `undefined` if the path is not below it. */
export function toPathBelow(basePath: string, path: string): string | undefined {
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
}
