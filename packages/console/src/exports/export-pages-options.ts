import type { Exports } from '@mandate/exports';

/** The pages for exports that are authorized with OAuth. */
export interface ExportPagesOptions {
  /**
   * Made by `createExports`. Its `callbackUrl` must be `exports/callback` below the mount point of the
   * console: `https://api.example.com/admin/exports/callback`.
   */
  readonly service: Exports;
  /**
   * The IP addresses from which this server sends, shown for receivers that restrict them. Default: not
   * shown.
   */
  readonly egressAddresses?: readonly string[] | undefined;
}
