import type { Express } from 'express';

/** Time that the test sets: `POST /clock/<Unix milliseconds>`. */
export function createProgramClock(app: Express, startMs: number): () => number {
  let nowMs = startMs;
  app.post('/clock/:ms', (req, res) => {
    nowMs = Number(req.params.ms);
    res.json({});
  });
  return () => nowMs;
}
