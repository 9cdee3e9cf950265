import type { Admin } from '@mandate/tokens';

/** A part of the console, as the navigation shows it. */
export interface Section {
  readonly title: string;
  /** Where it begins, below the mount point: `tokens`. */
  readonly path: string;
}

/** What every page needs to know of the request that it answers. */
export interface View {
  /** The name of the console. */
  readonly name: string;
  readonly sections: readonly Section[];
  readonly admin: Admin;
  readonly now: Date;
  /** The path of the page below the mount point: `/tokens/new`. */
  readonly path: string;
  readonly link: Link;
  /** Makes the token of one form. */
  readonly createFormToken: () => string;
}

/** The address of a page, by its path below the mount point: `tokens/new`. */
export type Link = (path: string) => string;

/**
 * Makes addresses that are relative to a page, and therefore right under whatever prefix a host or a
 * proxy has put the console.
 *
 * @param path of the page, below the mount point: `/tokens/new`.
 */
export function createLink(path: string): Link {
  const up = '../'.repeat(Math.max(0, path.split('/').length - 2));
  return (target) => `${up}${target}` || './';
}
