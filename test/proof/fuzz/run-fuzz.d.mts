/** What is fuzzed; it begins anew for each run. */
export type FuzzTarget = () => Promise<{
  generate(random: unknown): unknown;
  run(input: unknown): Promise<string> | string;
  close?(): Promise<unknown>;
}>;

export interface FuzzResult {
  /** How often each outcome came. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: readonly unknown[];
  /** Processor time. */
  readonly longestMs: number;
}

export declare function runFuzz(
  target: FuzzTarget,
  options: { readonly count: number; readonly seed: number },
): Promise<FuzzResult>;
