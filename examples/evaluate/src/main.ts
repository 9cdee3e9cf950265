// One policy on three servers, and requests to paste into a terminal that show what it decides.
// Run: npm start in the root of the repository; npm start -- --check sends all the requests itself.
import { parseArgs } from 'node:util';
import { checkAnswers } from './check.js';
import { checkAdministration } from './check-administration.js';
import { writeDecision } from './decision-log.js';
import { startEvaluation } from './evaluation.js';
import { checkExports } from './exports.js';
import { writeGuide } from './guide.js';
import { checkPresence } from './presence.js';
import { REQUESTS } from './requests.js';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
await (values.check ? check() : serve());

async function check(): Promise<void> {
  const evaluation = await startEvaluation();
  try {
    const answers = await checkAnswers(evaluation, REQUESTS);
    const presence = await checkPresence(evaluation.presence);
    const api = evaluation.servers[0]?.url ?? '';
    const administration = await checkAdministration(evaluation.administration, api);
    const exports = await checkExports(evaluation.exports, evaluation.administration);
    for (const { report, differences } of [answers, presence, administration, exports]) {
      console.log(`${report}\n`);
      if (differences > 0) process.exitCode = 1;
    }
  } finally {
    await evaluation.close();
  }
}

async function serve(): Promise<void> {
  let isReady = false;
  const evaluation = await startEvaluation((event) => {
    // Not the requests by which it creates its own tokens.
    if (isReady) console.log(writeDecision(event));
  });
  // SIGHUP: its terminal was closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, evaluation.close);
  }
  console.log(writeGuide(evaluation));
  isReady = true;
}
