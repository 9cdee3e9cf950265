/** JSON values that readers treat differently. */
const VALUES = [
  ...[
    'null',
    'true',
    'false',
    '""',
    '"x"',
    '0',
    '-1',
    '1e3',
    '1e400',
    '-0',
    '9007199254740993',
    '[]',
    '{}',
  ],
  ...[
    '[null]',
    '["x"]',
    '[["x"]]',
    '{"a":1}',
    '"\\u0000"',
    '" "',
    '"\\ud800"',
    '"é"',
    '"x y"',
    '"__proto__"',
  ],
];
const CHARACTERS = [...'\0\t\n\r "%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\x7f\xa0éÿ\u2028\ufeff😀'];

/** Changes a text in up to `most` places: a character, a fragment, a piece twice, elsewhere or not at all. */
export function mutateText(text, random, { fragments = [], most = 3 } = {}) {
  let changed = text;
  for (let left = random.below(most + 1); left > 0; left--) {
    const at = random.below(changed.length + 1);
    const end = at + random.below(changed.length - at + 1);
    const piece = changed.slice(at, end);
    const insert = (added) => changed.slice(0, at) + added + changed.slice(at);
    changed = random.pick([
      () => insert(random.pick(CHARACTERS)),
      () => changed.slice(0, at) + random.pick(CHARACTERS) + changed.slice(at + 1),
      () => insert(fragments.length === 0 ? piece : random.pick(fragments)),
      () => insert(piece.slice(0, 64)),
      () => changed.slice(0, at) + changed.slice(at + 1 + random.below(8)),
      () => changed.slice(0, at) + changed.slice(end),
      () => insert(random.pick(CHARACTERS).repeat(random.below(200))),
      () => changed.slice(0, at),
    ])();
  }
  return changed;
}

/** Changes a JSON text: values, members left out, twice or of other names; at times also its characters. */
export function mutateJson(text, random, { fragments = [], most = 3 } = {}) {
  let changed = text;
  for (let left = random.below(most + 1); left > 0; left--) {
    const members = [...changed.matchAll(/"((?:[^"\\]|\\.)*)"\s*:\s*/g)];
    if (members.length === 0) break;
    const member = random.pick(members);
    const start = member.index + member[0].length;
    const end = start + valueLength(changed.slice(start));
    const value = changed.slice(start, end);
    const rest = changed.slice(end);
    const other = random.pick(fragments.length > 0 && random.below(2) === 0 ? fragments : VALUES);
    const before = changed.slice(0, start);
    changed = random.pick([
      () => before + other + rest,
      () => before + other + rest,
      () => `${before}${value},"${member[1]}":${other}${rest}`,
      () =>
        `${changed.slice(0, member.index)}"${member[1]}":${other},${changed.slice(member.index)}`,
      () => `${changed.slice(0, member.index)}"__proto__":${value}${rest}`,
      () =>
        (changed.slice(0, member.index) + rest)
          .replace(/([{[]),|,([}\]])/, '$1$2')
          .replace(',,', ','),
      () => `${before}[${value}]${rest}`,
      () => `${before}${'['.repeat(random.below(300))}${value}${rest}`,
    ])();
  }
  return random.below(8) === 0 ? mutateText(changed, random, { fragments, most: 2 }) : changed;
}

/** The length of the JSON value at the start of a text, near enough where the text is not JSON. */
function valueLength(text) {
  const scalar = /^(?:"(?:[^"\\]|\\.)*"|[^,\]}\s]+)/;
  if (text[0] !== '{' && text[0] !== '[') return scalar.exec(text)?.[0].length ?? 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') i += (scalar.exec(text.slice(i))?.[0].length ?? 1) - 1;
    else if (text[i] === '{' || text[i] === '[') depth++;
    else if ((text[i] === '}' || text[i] === ']') && --depth === 0) return i + 1;
  }
  return text.length;
}
