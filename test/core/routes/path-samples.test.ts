import { samplePath } from '@mandate/core/adapter';
import { describe, expect, test } from 'vitest';
import { mergeSample } from '../../../packages/core/src/routes/path-samples.js';

describe('samplePath', () => {
  test.each([
    ['/', ['/']],
    ['/a/b', ['/a/b']],
    ['/:id', ['/Zz~0', '/70915', '/q']],
    ['/:"a b"/x', ['/Zz~0/x', '/70915/x', '/q/x']],
    ['/*all', ['/Ww~0', '/Ww~0/70915/q', '/q/70915']],
    ['/a{/b}', ['/a/b', '/a']],
    ['/a{/b{/c}}', ['/a/b/c', '/a', '/a/b']],
    ['/a\\:b\\{c\\}', ['/a:b{c}']],
    ['/file-:n.json', ['/file-Zz~0.json', '/file-70915.json', '/file-q.json']],
  ])('makes paths of %s', (path, samples) => {
    expect(samplePath(path)).toEqual(samples);
  });

  test('tries the values that it is given', () => {
    expect(samplePath('/:id', ['7'])).toContain('/7');
  });

  test('gives up on regular expressions and on riddles', () => {
    expect(samplePath(/^\/a/)).toEqual([]);
    expect(samplePath('{/a}{/b}{/c}{/d}{/e}{/f}')).toEqual([]);
  });
});

describe('mergeSample', () => {
  test.each([
    ['/docs/Zz~0', ['docs', 'admin'], ['/docs/admin']],
    ['/Zz~0/admin', ['docs', ':id'], ['/docs/admin']],
    ['/docs/Zz~0', ['docs', '*'], ['/docs/Zz~0', '/docs/']],
    ['/Zz~0', ['docs', '*'], ['/docs/q', '/docs/']],
    ['/docs/Ww~0', ['docs', 'a', ':b', 'c'], ['/docs/a/q/c']],
    ['/file-Zz~0', ['file-1'], ['/file-1']],
    ['/docs', ['docs', 'admin'], []],
    ['/', ['*'], ['/q', '/']],
  ])('looks for paths that %s and %j have in common', (sample, segments, merged) => {
    expect(mergeSample(sample, segments)).toEqual(merged);
  });
});
