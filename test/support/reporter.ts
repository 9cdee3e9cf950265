import { constants } from 'node:os';
import type {
  ReportedHookContext,
  Reporter,
  SerializedError,
  TestCase,
  TestModule,
} from 'vitest/node';
import { Activity, type Counts, count } from './activity.js';
import { listDescendants } from './descendants.js';

export interface SuiteReporterOptions {
  /** How long nothing may begin or end before the run is given up. Default 10 minutes. */
  readonly silenceMs?: number;
}

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
const MAX_COMMAND_LENGTH = 160;

/**
 * Ends every run with one line, `N passed, N failed, N skipped`: also a run that hangs, and one that is
 * interrupted. The time-outs of Vitest cover tests and hooks. They do not cover workers that stop
 * answering, processes that do not exit, or the end of the run, so silence is bounded as a whole.
 */
export default class SuiteReporter implements Reporter {
  readonly #silenceMs: number;
  readonly #activity = new Activity();
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #line: string | undefined;

  constructor({ silenceMs = 10 * 60_000 }: SuiteReporterOptions = {}) {
    this.#silenceMs = silenceMs;
  }

  onInit(): void {
    const giveUp = () => this.#giveUp(`nothing began or ended for ${this.#silenceMs / 1000} s`, 1);
    // It keeps no process alive that is done, but fires in one that something else keeps alive.
    this.#timer = setTimeout(giveUp, this.#silenceMs).unref();
    for (const signal of SIGNALS) {
      process.prependOnceListener(signal, () => {
        this.#giveUp(`interrupted by ${signal}`, 128 + constants.signals[signal]);
      });
    }
    // After everything that other reporters print.
    process.once('exit', () => console.log(`\n${this.#line ?? toLine(this.#activity.counts, 1)}`));
  }

  onTestModuleQueued = (module: TestModule) => this.#begin({ module });
  /** A long test shows by its output that it goes on. */
  onUserConsoleLog = () => void this.#timer?.refresh();
  onTestModuleCollected = () => void this.#timer?.refresh();
  onTestModuleEnd = (module: TestModule) => this.#end({ module });
  onHookStart = (hook: ReportedHookContext) => this.#begin({ hook });
  onHookEnd = (hook: ReportedHookContext) => this.#end({ hook });
  onTestCaseReady = (test: TestCase) => this.#begin({ test });
  onTestCaseResult = (test: TestCase) => this.#end({ test });

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.#timer?.refresh();
    this.#isOver = true;
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      // A file that cannot be imported and a hook that throws have no test of their own to count.
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length > 0) counts.failed++;
      }
      for (const test of module.children.allTests()) count(test, counts);
    }
    this.#line = toLine(counts);
  }

  #begin(subject: Parameters<Activity['begin']>[0]): void {
    this.#timer?.refresh();
    this.#activity.begin(subject);
  }

  #end(subject: Parameters<Activity['end']>[0]): void {
    this.#timer?.refresh();
    this.#activity.end(subject);
  }

  /** Names what was running, ends every process below this one, and then this one. */
  #giveUp(reason: string, exitCode: number): never {
    const phase = this.#isOver ? 'The tests are over; the run did not end.' : 'Still running:';
    const running = this.#activity.list().map((name) => `  ${name}`);
    const processes = listDescendants(process.pid);
    const tree = processes.map(({ pid, depth, description }) =>
      `${'  '.repeat(depth)}${pid} ${description}`.slice(0, MAX_COMMAND_LENGTH),
    );
    console.error(
      ['', `Test run given up: ${reason}.`, phase, ...running, 'Processes:', ...tree].join('\n'),
    );
    for (const { pid } of processes) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself, or belongs to another user.
      }
    }
    this.#line = toLine(this.#activity.counts, 1);
    process.exit(exitCode);
  }
}

function toLine({ passed, failed, skipped }: Counts, moreFailed = 0): string {
  return `${passed} passed, ${failed + moreFailed} failed, ${skipped} skipped`;
}
