import ts from 'typescript';
import type { Sources } from '../structure/read-sources.js';

/** A reason that a refusal can have. `…` stands for what is filled in. */
export interface Reason {
  readonly code: string;
  readonly reason: string;
  /** Where it is written: `packages/core/src/groups.ts:80`. */
  readonly place: string;
}

/** A function of a package that passes its argument at `index` to an AuthError as the reason. */
interface Forwarder {
  readonly package: string;
  readonly name: string;
  readonly index: number;
  readonly code: string;
}

/** Every code and reason with which the sources make an `AuthError`, directly or by a function. */
export function findReasons(sources: Sources): readonly Reason[] {
  const files = [...sources].map(([path, text]) =>
    ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
  );
  const made = files.flatMap((file) => findNodes(file, isAuthError));
  const forwarders = made.flatMap(toForwarder);
  const calls = files.flatMap((file) => findNodes(file, ts.isCallExpression));
  return [
    ...made.flatMap((node) => toReasons(node.arguments?.[0], node.arguments?.[1])),
    ...forwarders.flatMap((forwarder) =>
      calls
        .filter((call) => call.expression.getText() === forwarder.name)
        .filter((call) => getPackage(call) === forwarder.package)
        .flatMap((call) => describeReasons(forwarder.code, call.arguments[forwarder.index])),
    ),
  ];
}

/** `core` of a node in `packages/core/src/guard.ts`. */
function getPackage(node: ts.Node): string {
  return node.getSourceFile().fileName.split('/')[1] ?? '';
}

function isAuthError(node: ts.Node): node is ts.NewExpression {
  return ts.isNewExpression(node) && node.expression.getText() === 'AuthError';
}

function findNodes<Found extends ts.Node>(
  root: ts.Node,
  matches: (node: ts.Node) => node is Found,
): readonly Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (matches(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

function toForwarder(node: ts.NewExpression): readonly Forwarder[] {
  const [code, reason] = node.arguments ?? [];
  if (code === undefined || !ts.isStringLiteral(code) || !reason || !ts.isIdentifier(reason)) {
    return [];
  }
  const owner = ts.findAncestor(node, ts.isFunctionDeclaration);
  const index = owner?.parameters.findIndex(({ name }) => name.getText() === reason.text) ?? -1;
  if (index === -1) return [];
  return [{ package: getPackage(node), name: owner?.name?.text ?? '', index, code: code.text }];
}

function toReasons(code: ts.Node | undefined, reason: ts.Node | undefined): readonly Reason[] {
  if (code === undefined || !ts.isStringLiteral(code)) return [];
  return describeReasons(code.text, reason);
}

function describeReasons(code: string, reason: ts.Node | undefined): readonly Reason[] {
  if (reason === undefined) return [];
  const parts = splitChoice(reason);
  if (parts.length > 0) return parts.flatMap((part) => describeReasons(code, part));
  const text = toText(reason);
  if (text === undefined) return [];
  const file = reason.getSourceFile();
  const line = file.getLineAndCharacterOfPosition(reason.getStart()).line + 1;
  return [{ code, reason: text, place: `${file.fileName}:${line}` }];
}

/** The alternatives of `a ? b : c` and `a ?? b`, or of the constant that a name stands for. */
function splitChoice(node: ts.Node): readonly ts.Node[] {
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
  if (ts.isBinaryExpression(node)) return [node.left, node.right];
  if (!ts.isIdentifier(node)) return [];
  const owner = ts.findAncestor(node, ts.isBlock);
  const declared = owner ? findNodes(owner, ts.isVariableDeclaration) : [];
  return declared.flatMap(({ name, initializer }) =>
    name.getText() === node.text && initializer !== undefined ? [initializer] : [],
  );
}

function toText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}
