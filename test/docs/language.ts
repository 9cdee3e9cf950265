import ts from 'typescript';

/** A place that breaks a rule of language: `packages/core/src/guard.ts:12: "is none"`. */
export type Fault = string;

const PHRASES: readonly RegExp[] = [
  /(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b|later\b|earlier\b|older\b|newer\b|larger\b|different\b|slower\b|worse\b)[a-z]+/gi,
  /(?<!\bthere )\b(?:is|are|was) none\b/gi,
  /\bcannot be meant\b/gi,
  /\bmade ready\b/gi,
  /\bto the letter\b/gi,
  /\b(?:whoever|somebody|nobody|anybody|everybody)\b(?!@)/gi,
  /\btold\b/gi,
  // "anything else" and "or else" are fine.
  /(?<!\b(?:(?:any|some|every|no)(?:thing|where|one)|what|whatever|who|where|or) )\belse\b/gi,
];

const MAX_TABLE_LINE = 160;

/** The phrases in a text that a native reader has to read twice, each as `path:line: "phrase"`. */
export function findPhrases(path: string, text: string): readonly Fault[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      PHRASES.flatMap((phrase) =>
        [...line.matchAll(phrase)].map(([found]) => `${path}:${index + 1}: "${found}"`),
      ),
    );
}

/** The prose of a source file, on its own lines: comments, and texts of more than one word. */
export function keepProse(text: string): string {
  const kept = text.replace(/[^\n]/g, ' ').split('');
  const keep = (start: number, end: number) => {
    for (let at = start; at < end; at++) kept[at] = text[at] as string;
  };
  const source = ts.createSourceFile('prose.tsx', text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if ((isText && /\s/.test(node.getText())) || ts.isJsxText(node)) {
      keep(node.getStart(), node.getEnd());
    }
    for (const { pos, end } of listComments(text, node)) keep(pos, end);
    node.getChildren().forEach(visit);
  };
  visit(source);
  return kept.join('');
}

function listComments(text: string, node: ts.Node): readonly ts.CommentRange[] {
  // White space and comments between two tags are content, not comments.
  if (ts.isJsxText(node)) return [];
  return [
    ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
    ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
  ];
}

/** The prose of a Markdown file, on its own lines: everything but fenced code. */
export function keepMarkdownProse(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, (block) => block.replace(/[^\n]/g, ''));
}

/** Lines of tables that no screen shows as one. */
export function findLongTableLines(path: string, markdown: string): readonly Fault[] {
  return markdown
    .split('\n')
    .flatMap((line, index) =>
      line.startsWith('|') && line.length > MAX_TABLE_LINE
        ? [`${path}:${index + 1}: ${line.length} characters`]
        : [],
    );
}
