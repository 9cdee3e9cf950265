import type { StaticAccess } from './static-access.js';

/** What changes for one identity at one endpoint. */
export interface IdentityChange {
  readonly identity: string;
  readonly before: StaticAccess;
  readonly after: StaticAccess;
  /** `'conditional'` is less than `'allowed'` and more than a rejection. */
  readonly change: 'gains' | 'loses';
}

/** An endpoint whose rule differs, or that other callers may call. */
export interface EndpointChange {
  readonly endpoint: string;
  /** The rule in words; `undefined` if the endpoint is not mapped. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly identities: readonly IdentityChange[];
}

/**
 * What differs between two policies. `toString()` is the text for a pull request.
 *
 * @example
 * const before: EndpointMap = { 'GET /documents': { scopes: ['DOCUMENTS'] } };
 * const diff: PolicyDiff = diffPolicies(before, { 'GET /documents': 'public' });
 * const gained = diff.changes.flatMap(({ identities }) => identities).length;
 */
export class PolicyDiff {
  readonly changes: readonly EndpointChange[];
  /**
   * Endpoints whose conditions, or functions that find a group in a body, are two functions. Nothing can tell whether
   * they do the same.
   */
  readonly uncertain: readonly string[];

  constructor(changes: readonly EndpointChange[], uncertain: readonly string[]) {
    this.changes = changes;
    this.uncertain = uncertain;
  }

  toString(): string {
    const lines = this.changes.flatMap(describeChange);
    if (this.uncertain.length > 0) {
      lines.push('Conditions that cannot be compared:', ...this.uncertain.map((one) => `  ${one}`));
    }
    return lines.length === 0 ? 'No endpoint changed.\n' : `${lines.join('\n')}\n`;
  }
}

function describeChange({ endpoint, before, after, identities }: EndpointChange): string[] {
  return [
    endpoint,
    `  before: ${before ?? 'not mapped'}`,
    `  after:  ${after ?? 'not mapped'}`,
    ...identities.map((one) => `  ${one.change}:  ${one.identity} (${one.before} → ${one.after})`),
  ];
}
