import type { CompiledRule } from '@mandate/core';
import { compileRules, type RuleEntry } from './compile-rules.js';
import { parseResourceUri } from './resource-uri.js';
import type { McpRules } from './rule.js';

/** A name that has more than one spelling or reading, so that no rule may decide about it. */
export const AMBIGUOUS = 'ambiguous';

export type FoundRule = RuleEntry | typeof AMBIGUOUS | undefined;

/** Finds the rule of a method, or of what it names. */
export class RuleTable {
  readonly entries: readonly RuleEntry[];
  readonly #exact = new Map<string, RuleEntry>();
  /** The exact names as a program would read them that ignores case, width and outer white space. */
  readonly #folded = new Set<string>();
  readonly #prefixes: readonly RuleEntry[];

  /** @throws TypeError that names the invalid entry. */
  constructor(rules: McpRules) {
    this.entries = compileRules(rules);
    for (const entry of this.entries) {
      const { method, name, isPrefix } = entry;
      if (isPrefix) continue;
      if (method === 'resources/read' && parseResourceUri(name) === undefined) {
        throw new TypeError(
          `createMcpGuard: rule "${entry.key}": the URI must be in its canonical form`,
        );
      }
      this.#exact.set(toKey(method, name), entry);
      this.#folded.add(fold(method, name));
    }
    this.#prefixes = this.entries
      .filter(({ isPrefix }) => isPrefix)
      .sort((one, other) => other.name.length - one.name.length);
  }

  /** The rule of a method that names nothing. */
  findMethod(method: string): RuleEntry | undefined {
    return this.#exact.get(toKey(method, ''));
  }

  /** The rule of a tool or a prompt. */
  findNamed(method: string, name: string): FoundRule {
    const exact = this.#exact.get(toKey(method, name));
    if (exact !== undefined) return exact;
    if (this.#folded.has(fold(method, name))) return AMBIGUOUS;
    return this.#prefixes.find((entry) => isUnder(method, name, entry));
  }

  /** The rule of a resource. Each reading of its URI must lead to the same rule. */
  findResource(uri: string): FoundRule {
    const readings = parseResourceUri(uri);
    if (readings === undefined) return AMBIGUOUS;
    const [found, ...others] = readings.map((one) => this.findNamed('resources/read', one));
    return others.every((other) => other === found) ? found : AMBIGUOUS;
  }

  /**
   * The rules of a template: the one for everything that it can become, and the narrower ones for a part of it. None
   * if it can become a resource without a rule.
   */
  findTemplate(template: string): readonly CompiledRule[] {
    const [start = ''] = template.split('{');
    const covers = this.#prefixes.find((entry) => isUnder('resources/read', start, entry));
    if (covers === undefined || !isPlainStart(start)) return [];
    const narrower = this.entries.filter(
      ({ method, name }) => method === 'resources/read' && name.startsWith(start) && name !== start,
    );
    return [covers, ...narrower].map(({ rule }) => rule);
  }
}

/** A template may put anything behind its start, so the start must have one reading. */
function isPlainStart(start: string): boolean {
  return !start.includes('%') && (start.endsWith(':') || parseResourceUri(start) !== undefined);
}

function isUnder(method: string, name: string, entry: RuleEntry): boolean {
  return entry.method === method && name.startsWith(entry.name);
}

function toKey(method: string, name: string): string {
  return `${method} ${name}`;
}

/** Without what some programs ignore: compatibility forms, case, white space and invisible characters. */
function fold(method: string, name: string): string {
  const text = name.normalize('NFKC').toLowerCase();
  return toKey(method, text.replace(/[\s\p{Cc}\p{Cf}]/gu, ''));
}
