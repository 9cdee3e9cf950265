import type { Exports } from '@mandate/exports';

/** The pages of exports that are authorized with OAuth. */
export interface ExportPagesOptions {
  /**
   * Made by `createExports`, with the `callbackUrl` that is `exports/callback` below the place where the
   * console is mounted: `https://api.example.com/admin/exports/callback`.
   */
  readonly service: Exports;
  /**
   * The addresses from which this server sends, to be allowed where a receiver restricts them. Default:
   * pages say nothing about it.
   */
  readonly egressAddresses?: readonly string[] | undefined;
}
