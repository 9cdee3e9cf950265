import { createGuard, type EndpointMap, type Guard } from '@mandate/core';

/** A guard whose map is all that matters: it rejects every token. */
export function createStubGuard(endpoints?: EndpointMap): Guard {
  const verify = () => {
    throw new Error('no token is expected here');
  };
  return createGuard({ verifiers: [{ accepts: () => true, verify }], endpoints });
}

/** The faults without those that say that no route serves an entry of the map. */
export function omitUnserved(faults: readonly string[]): readonly string[] {
  return faults.filter((fault) => !fault.endsWith('no route serves it'));
}

/** The faults of an error of `checkRoutes`. */
export function readFaults(check: () => void): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [...error.message.matchAll(/^- (.*)$/gm)].map((fault) => fault[1] as string);
  }
}
