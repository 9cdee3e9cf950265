/** The package manager of the workspace, for `npx --yes`, so that it need not be installed. */
export const PNPM = 'pnpm@12.21.0';
