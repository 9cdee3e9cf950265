/** Changes a JSON-RPC message of a server; returns the same value to leave it as it is. */
export type RewriteMessage = (message: unknown) => Promise<unknown>;

/** The end of an event: an empty line. Lines end in CRLF, LF or CR (HTML Living Standard §9.2.6). */
const EVENT_END = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))/;
const LINE_END = /\r\n|\n|\r/;
/** A comment or a field. Some clients read a line without a field as a message. */
const FIELD = /^(?::|(?:event|data|id|retry)(?::|$)|$)/;

/**
 * Rewrites the messages of an event stream. Events arrive one by one, as they were sent, and an event that was not changed
 * keeps its bytes. The stream fails at an event whose data is not JSON, and at a line that is not a field, because they could
 * not be checked.
 */
export function rewriteEvents(rewrite: RewriteMessage): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  return new TransformStream({
    async transform(chunk, controller) {
      rest += decoder.decode(chunk, { stream: true });
      for (let end = EVENT_END.exec(rest); end !== null; end = EVENT_END.exec(rest)) {
        const event = rest.slice(0, end.index);
        const text = rest.slice(0, end.index + end[0].length);
        rest = rest.slice(text.length);
        const rewritten = await rewriteEvent(event, rewrite);
        controller.enqueue(encoder.encode(rewritten ?? text));
      }
    },
    // An event without its empty line is not an event.
  });
}

/** @returns `undefined` if the event stays as it is. */
async function rewriteEvent(event: string, rewrite: RewriteMessage): Promise<string | undefined> {
  const lines = event.split(LINE_END);
  if (!lines.every((line) => FIELD.test(line))) {
    throw new TypeError('an event stream of an MCP server must have fields of events alone');
  }
  const data = lines.flatMap(toData).join('\n');
  if (data === '') return undefined;
  const message: unknown = JSON.parse(data);
  const rewritten = await rewrite(message);
  if (rewritten === message) return undefined;
  const others = lines.filter((line) => toData(line).length === 0);
  return [...others, `data: ${JSON.stringify(rewritten)}`, '', ''].join('\n');
}

/** The value of a field `data`, without the first space. */
function toData(line: string): readonly string[] {
  if (line === 'data') return [''];
  return line.startsWith('data:') ? [line.slice(5).replace(/^ /, '')] : [];
}
