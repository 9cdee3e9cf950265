import type { FuzzTarget } from './run-fuzz.mjs';

export declare const TARGETS: Readonly<Record<string, FuzzTarget>>;
