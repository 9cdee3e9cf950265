import { notify } from '@mandate/internal/notify';

/** Receives server faults. */
export type OnFault = ((error: unknown) => void) | null | undefined;

/** Passes a fault to the application. */
export function reportFault(onError: OnFault, error: unknown): void {
  if (onError) notify(onError, error);
}
