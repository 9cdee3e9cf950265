import { REQUESTS } from './peer-requests.js';

/** What a server answers: `{ status, … }` as its application shows it. */
export type Answer = unknown;

/** Sends all requests to the peer's server and to ours. @returns the answers that differ, `[the peer's, ours]`. */
export async function askBoth(
  peer: string,
  ours: string,
  path = '/',
): Promise<Readonly<Record<string, readonly [Answer, Answer]>>> {
  const different: Record<string, readonly [Answer, Answer]> = {};
  for (const [name, headers] of Object.entries(REQUESTS)) {
    const answers = [await ask(peer + path, headers), await ask(ours + path, headers)] as const;
    const [theirs, own] = answers.map((answer) => String(answer).startsWith('200'));
    if (own && !theirs) throw new Error(`only the drop-in entry accepts ${name}`);
    if (JSON.stringify(answers[0]) !== JSON.stringify(answers[1])) different[name] = answers;
  }
  return different;
}

async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(url, { headers });
  const text = await response.text();
  return `${response.status} ${text}`;
}

/** Claims without those that differ from run to run. */
export function withoutTimes(claims: object | undefined): object | null {
  if (claims === undefined) return null;
  return { ...claims, iat: undefined, exp: undefined, nbf: undefined };
}
