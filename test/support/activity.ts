import type { ReportedHookContext, TestCase, TestModule } from 'vitest/node';

type Subject =
  | { readonly module: TestModule }
  | { readonly test: TestCase }
  | { readonly hook: ReportedHookContext };

interface Named {
  readonly id: string;
  readonly name: string;
}

const describe = (entity: ReportedHookContext['entity'] | TestCase): string =>
  entity.type === 'module'
    ? entity.relativeModuleId
    : `${entity.module.relativeModuleId} > ${entity.fullName}`;
const toTest = (test: TestCase): Named => ({ id: test.id, name: `test ${describe(test)}` });
const toModule = (module: TestModule): Named => ({
  id: module.id,
  name: `file ${module.relativeModuleId}`,
});
const toHook = ({ name, entity }: ReportedHookContext): Named => ({
  id: `${name} ${entity.id}`,
  name: `${name} of ${describe(entity)}`,
});

/** How tests have ended. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A test that is pending after the run was cut off, so it counts as failed. */
export function count(test: TestCase, counts: Counts): void {
  const { state } = test.result();
  counts[state === 'pending' ? 'failed' : state]++;
}

/** What the workers are doing at the moment, and how the tests that are over have ended. */
export class Activity {
  readonly counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  readonly #running = new Map<string, string>();

  /** What has begun and not ended: files, hooks and tests, in that order of time. */
  list(): readonly string[] {
    return [...this.#running.values()];
  }

  begin(subject: Subject): void {
    const { id, name } = toNamed(subject);
    this.#running.set(id, name);
  }

  end(subject: Subject): void {
    this.#running.delete(toNamed(subject).id);
    if (!('test' in subject)) return;
    count(subject.test, this.counts);
  }
}

function toNamed(subject: Subject): Named {
  if ('module' in subject) return toModule(subject.module);
  return 'test' in subject ? toTest(subject.test) : toHook(subject.hook);
}
