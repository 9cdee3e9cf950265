import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Ends the run with one line that anybody can read: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A file that could not be imported and a hook that threw have no test of their own to count,
      // and must not end in "0 failed".
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length > 0) count.failed++;
      }
      for (const test of module.children.allTests()) count[test.result().state]++;
    }
    const { passed, failed, skipped, pending } = count;
    const line = `${passed} passed, ${failed + pending} failed, ${skipped} skipped`;
    // After whatever the other reporters still print.
    process.once('exit', () => console.log(`\n${line}`));
  }
}
