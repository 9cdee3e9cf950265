/** An optional peer dependency, and the function that requires it. */
export interface Driver {
  readonly name: string;
  readonly neededBy: string;
}

/**
 * Loads a module that imports a driver.
 * @throws Error that names the package to install, if it is missing.
 */
export async function loadDriver<T>(load: () => Promise<T>, driver: Driver): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, driver.name)) throw error;
    const { name, neededBy } = driver;
    const message = `${neededBy} needs the package "${name}", which is not installed: npm install ${name}`;
    throw new Error(message, { cause: error });
  }
}

/** Whether the driver itself is missing, and not a dependency of the driver. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  // Deno has no code for it.
  if (String(message).includes(`Import "${name}" not a dependency`)) return true;
  const isNotFound = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return isNotFound && String(message).includes(`'${name}'`);
}
