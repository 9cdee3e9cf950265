import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one line that anybody can read: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A module that could not be imported has no tests to count: it is a failure of its own.
      if (module.state() === 'failed' && module.errors().length > 0) count.failed++;
      for (const test of module.children.allTests()) count[test.result().state]++;
    }
    const { passed, failed, skipped, pending } = count;
    const line = `${passed} passed, ${failed + pending} failed, ${skipped} skipped`;
    // After whatever the other reporters still print.
    process.once('exit', () => console.log(`\n${line}`));
  }
}
