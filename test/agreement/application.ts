/** A small application, as its author wrote it: plain data, so that a failure can print it. */
export interface Application {
  readonly style: 'by-map' | 'by-route';
  readonly caseSensitive: boolean;
  readonly strict: boolean;
  /** Whether `requireAuth` gets the option `routing`. */
  readonly saysRouting: boolean;
  /** Chooses among a host's routers and ways to mount. */
  readonly variant: number;
  readonly before: readonly Before[];
  /** By route: what stands between the guard and the routes, and is in `checked`. */
  readonly behind?: Before | undefined;
  /** By route: the option `allowEncodedSlash` of `requireAuth`. */
  readonly allowEncodedSlash?: boolean | undefined;
  /** Where all of it is mounted; paths of items do not have it. */
  readonly base: readonly string[];
  /** Whether rules at mounts tell upper from lower case. */
  readonly rulesCaseSensitive: boolean;
  readonly items: readonly Item[];
}

/** What changes a request on its way. */
export type Before = 'method-override' | 'history-fallback' | 'rewrite' | 'decode';

export type Item = Place | Rule | Nest | Folder | GroupRuleItem;

export type Method = 'GET' | 'POST' | 'QUERY' | 'ALL';

/** A route with its handler, and with the map's entry or the rule that its author wrote for it. */
export interface Place {
  readonly kind: 'place';
  readonly id: string;
  readonly method: Method;
  /** The whole path: literals, `:name`, `{name}` with text beside it, a last `*`; a last `''` for a trailing slash. */
  readonly path: readonly string[];
  readonly scope: string;
  /** The parameter that names a group. */
  readonly group?: string | undefined;
  /** By route: the handler leaves the group to a rule at a mount. */
  readonly hasRuleAtMount?: boolean | undefined;
  readonly allowEncodedSlash?: boolean | undefined;
  /** Hono: the pattern of the last parameter. */
  readonly pattern?: string | undefined;
  /** Express and Koa: the path is a regular expression. */
  readonly isRegExp?: boolean | undefined;
}

export const PUBLIC = 'public';

/** By route: a rule for everything below a path of literals. */
export interface Rule {
  readonly kind: 'rule';
  readonly path: readonly string[];
  readonly scope: string;
}

/** By route: a rule at a mount whose last segment is the parameter that names a group. */
export interface GroupRuleItem {
  readonly kind: 'group-rule';
  readonly path: readonly string[];
  readonly group: string;
}

/** A nested router or application. */
export interface Nest {
  readonly kind: 'nest';
  readonly path: readonly string[];
  /** Chooses among the host's ways to nest. */
  readonly how: number;
  readonly caseSensitive: boolean;
  readonly strict: boolean;
  readonly items: readonly Place[];
}

/** A static server, with the map's entries for what is below it. */
export interface Folder {
  readonly kind: 'folder';
  readonly path: readonly string[];
  /** Chooses among the host's static servers. */
  readonly reader: number;
  readonly entries: readonly Entry[];
  /** By route: the scope of the whole folder. */
  readonly scope: string;
}

export interface Entry {
  readonly method: Method;
  readonly path: readonly string[];
  readonly scope: string;
  readonly group?: string | undefined;
  readonly allowEncodedSlash?: boolean | undefined;
}

/** What ran, as it reports itself. */
export interface Reached {
  readonly id: string;
  /** The method as the handler sees it. */
  readonly method?: string | undefined;
  /** The path of the place with its parameters as the handler sees them. */
  readonly seen?: readonly string[] | undefined;
  /** The group that the handler acted on. */
  readonly group?: string | undefined;
}

export type Reach = (reached: Reached) => void;

/** The entries of the endpoint map. */
export function listEntries({ items }: Application): readonly Entry[] {
  return items.flatMap((item): readonly Entry[] => {
    if (item.kind === 'place') return [item];
    if (item.kind === 'nest') return item.items;
    return item.kind === 'folder' ? item.entries : [];
  });
}

export function listPlaces({ items }: Application): readonly Place[] {
  return items.flatMap((item) =>
    item.kind === 'place' ? [item] : item.kind === 'nest' ? item.items : [],
  );
}

export function toPath(segments: readonly string[]): string {
  return `/${segments.join('/')}`;
}
