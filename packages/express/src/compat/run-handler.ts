import type { Request, Response } from 'express';
import type { AuthHandler } from '../auth-handler.js';

/** Runs middleware for its outcome: resolves where it calls `next`, and rejects with what it throws or passes on. */
export function runHandler(handler: AuthHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    handler(req, res, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}
