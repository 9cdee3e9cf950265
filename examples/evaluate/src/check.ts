import type { Evaluation } from './evaluation.js';
import { type Announced, describeAnswer, type TourRequest } from './requests.js';
import type { Variables } from './tokens.js';

export interface Check {
  /** A table of what was asked and who answered it as announced. */
  readonly report: string;
  /** How many answers were not as announced. */
  readonly differences: number;
}

/** Sends every request to every server, and compares the answers with what is announced. */
export async function checkAnswers(
  { servers, variables }: Pick<Evaluation, 'servers' | 'variables'>,
  requests: readonly TourRequest[],
): Promise<Check> {
  const lines = [writeRow(servers.map((server) => server.name))];
  let differences = 0;
  for (const request of requests) {
    const announced = describeAnswer(request.answer);
    const answers = await Promise.all(servers.map(({ url }) => send(url, request, variables)));
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
async function send(url: string, request: TourRequest, variables: Variables): Promise<string> {
  const { method, target, token, actAs, body } = request;
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${variables[token]}` }),
    ...(actAs !== undefined && { 'x-glean-actas': actAs }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const path = target.replace(/\$(\w+)/, (_, name: keyof Variables) => variables[name]);
  try {
    const response = await fetch(url + path, {
      method,
      headers,
      signal: AbortSignal.timeout(10_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return describeAnswer(readAnswer(response.status, (await response.json()) as object));
  } catch (error) {
    return `nothing readable (${error})`;
  }
}

/** The administration answers with a token, alone or beside its new secret. */
function readAnswer(status: number, body: object): Announced {
  const { token, ...rest } = body as { readonly token?: { readonly status: string } };
  const state =
    token?.status ?? ('createdAt' in body ? (body as { status?: string }).status : undefined);
  return (state === undefined ? { ...rest, status } : { status, token: state }) as Announced;
}
