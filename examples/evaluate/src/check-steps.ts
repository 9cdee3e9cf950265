import type { Check } from './check.js';

/** What is done, what it should come to, and how it is done. */
export type Step = readonly [title: string, announced: string, take: () => Promise<string>];

/** Takes steps one after the other, as a person would, and compares what they come to. */
export async function checkSteps(name: string, steps: readonly Step[]): Promise<Check> {
  const lines = [name];
  let differences = 0;
  for (const [title, announced, take] of steps) {
    const answer = await take().catch((error: unknown) => `nothing readable (${error})`);
    const isSame = answer === announced;
    lines.push(`${(isSame ? 'ok' : 'DIFFERS').padEnd(9)}${title} → ${announced}`);
    if (isSame) continue;
    lines.push(`    ${name} answered ${answer}`);
    differences++;
  }
  lines.push('', `${steps.length - differences} of ${steps.length} steps are as announced.`);
  return { report: lines.join('\n'), differences };
}
