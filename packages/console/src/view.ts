import type { Admin } from '@mandate/tokens';

/** A part of the console with its own entry in the navigation. */
export interface Section {
  readonly title: string;
  /** The path of its first page, below the mount point: `tokens`. */
  readonly path: string;
}

/** What a page needs to know about its request. */
export interface View {
  /** The name of the console. */
  readonly name: string;
  readonly sections: readonly Section[];
  /** The page that ends the session; absent if the application named none. */
  readonly logOutUrl: string | undefined;
  readonly admin: Admin;
  readonly now: Date;
  /** The path of the page below the mount point: `/tokens/new`. */
  readonly path: string;
  readonly link: Link;
  /** Creates the token of one form. */
  readonly createFormToken: () => string;
}

/** Converts a path below the mount point (`tokens/new`) to the address of that page. */
export type Link = (path: string) => string;

/**
 * Creates a function for addresses that are relative to a page. They are correct under every prefix that
 * a host or a proxy adds.
 *
 * @param path the path of the page, below the mount point: `/tokens/new`.
 */
export function createLink(path: string): Link {
  const up = '../'.repeat(Math.max(0, path.split('/').length - 2));
  return (target) => `${up}${target}` || './';
}
