export interface ProofOptions {
  readonly profile?: 'HS256' | 'at+jwt';
  readonly count: number;
  readonly seed: number;
}

export interface ProofResult extends ProofOptions {
  readonly allowed: number;
  readonly faults: readonly unknown[];
  readonly unexplained: readonly unknown[];
  readonly differences: Readonly<Record<string, number>>;
  readonly longestMs: number;
}

export declare function judgeTokens(options: ProofOptions): Promise<ProofResult>;
export declare const MAX_STALL_MS: number;
