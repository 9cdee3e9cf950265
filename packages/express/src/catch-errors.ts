import type { Concluded } from '@mandate/core/adapter';
import { isPromise } from '@mandate/internal/maybe-promise';
import type { NextFunction } from 'express';

/** Passes the error of a late decision to the error handler, because Express 4 ignores rejected promises. */
export function catchErrors(concluded: Concluded<void>, next: NextFunction): void {
  if (isPromise(concluded)) concluded.catch(next);
}
