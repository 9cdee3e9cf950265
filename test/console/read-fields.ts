type Field = readonly [name: string, value: string];

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** The fields that a browser would submit of the form of a page, as the page was rendered. */
export function readFields(html: string): Field[] {
  const form = /<form[^>]* class="card form">(.*?)<\/form>/s.exec(html)?.[1] ?? '';
  const controls =
    /<(input|textarea|select)\b([^>]*)>(?:(?<=<(?:textarea|select)[^>]*>)(.*?)<\/\1>)?/gs;
  return [...form.matchAll(controls)].flatMap(([, tag, attributes = '', content = '']) => {
    const get = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
    const name = get('name');
    const isChoice = /^(?:radio|checkbox)$/.test(get('type') ?? '');
    if (name === undefined || (isChoice && !/ checked\b/.test(attributes))) return [];
    if (tag === 'input') return [[name, decode(get('value') ?? (isChoice ? 'on' : ''))] as const];
    return [[name, decode(tag === 'textarea' ? content : readSelected(content))] as const];
  });
}

/** The selected option; browsers select the first one otherwise. */
function readSelected(options: string): string {
  const selected = /<option value="([^"]*)" selected/.exec(options);
  return (selected ?? /<option value="([^"]*)"/.exec(options))?.[1] ?? '';
}

function decode(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
