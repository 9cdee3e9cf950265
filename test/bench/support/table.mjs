/**
 * One row: what was measured, the ratio (or whatever has a target), the target and whether it is met.
 * A row without a target is there for comparison.
 */
export function row(what, result, target, isMet, numbers = '') {
  return {
    what,
    result,
    target,
    met: isMet === undefined ? '' : isMet ? 'yes' : '**no**',
    numbers,
  };
}

export function atLeast(what, ratio, target, numbers) {
  return row(what, times(ratio), `≥ ${times(target)}`, ratio >= target, numbers);
}

export function atMost(what, ratio, target, numbers) {
  return row(what, times(ratio), `≤ ${times(target)}`, ratio <= target, numbers);
}

/** For comparison only. */
export function compared(what, ratio, numbers) {
  return row(what, times(ratio), '', undefined, numbers);
}

function times(ratio) {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`;
}

export function microseconds(...values) {
  return `${values.map((value) => value.toFixed(value < 10 ? 2 : 1)).join(' / ')} µs`;
}

export function printTable(rows) {
  console.log('| What | Ratio | Target | Met | Numbers |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const { what, result, target, met, numbers } of rows) {
    console.log(`| ${what} | ${result} | ${target} | ${met} | ${numbers} |`);
  }
}
