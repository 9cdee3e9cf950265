import type { Evaluation } from './evaluation.js';
import { type Announced, describeAnswer, type TourRequest } from './requests.js';
import type { Tokens } from './tokens.js';

export interface Check {
  /** A table of what was asked and who answered it as announced. */
  readonly report: string;
  /** How many answers were not as announced. */
  readonly differences: number;
}

/** Sends every request to every server, and compares the answers with what is announced. */
export async function checkAnswers(
  { servers, tokens }: Pick<Evaluation, 'servers' | 'tokens'>,
  requests: readonly TourRequest[],
): Promise<Check> {
  const lines = [writeRow(servers.map((server) => server.name))];
  let differences = 0;
  for (const request of requests) {
    const announced = describeAnswer(request.answer);
    const answers = await Promise.all(servers.map(({ url }) => send(url, request, tokens)));
    const cells = answers.map((answer) => (answer === announced ? 'ok' : 'DIFFERS'));
    lines.push(writeRow([...cells, `${request.title} → ${announced}`]));
    for (const [i, { name }] of servers.entries()) {
      if (cells[i] !== 'ok') lines.push(`    ${name} answered ${answers[i]}`);
    }
    differences += cells.filter((cell) => cell !== 'ok').length;
  }
  const total = requests.length * servers.length;
  lines.push('', `${total - differences} of ${total} answers are as announced.`);
  return { report: lines.join('\n'), differences };
}

function writeRow(cells: readonly string[]): string {
  return cells
    .map((cell) => cell.padEnd(9))
    .join('')
    .trimEnd();
}

/** What the server really answers, in the words of what is announced. */
async function send(url: string, request: TourRequest, tokens: Tokens): Promise<string> {
  const { method, target, token, actAs } = request;
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${tokens[token]}` }),
    ...(actAs !== undefined && { 'x-glean-actas': actAs }),
  };
  try {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(url + target, { method, headers, signal });
    const body = (await response.json()) as object;
    return describeAnswer({ ...body, status: response.status } as Announced);
  } catch (error) {
    return `nothing readable (${error})`;
  }
}
