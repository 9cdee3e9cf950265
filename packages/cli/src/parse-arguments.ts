import { InvalidArgumentError } from 'commander';

/** Parses an argument; commander adds which one it is to the message. */
type Parse<Value> = (text: string) => Value;

/** A date with a zone, such as `2030-01-01T00:00:00Z`. Without a zone, its meaning would depend on the machine. */
export const parseDate: Parse<Date> = (text) => {
  const isComplete = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const date = new Date(text);
  if (isComplete && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('It must be a date with a zone: 2030-01-01T00:00:00Z.');
};

/** A whole number from `min` to `max`. */
export const parseWholeNumber =
  (min: number, max: number): Parse<number> =>
  (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

/** Names separated by commas. */
export const parseNames: Parse<readonly string[]> = (text) => {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('It must be a list separated by commas.');
};

/** One of a few words. */
export const parseWord =
  <Word extends string>(words: readonly Word[]): Parse<Word> =>
  (text) => {
    const word = words.find((one) => one === text);
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`It must be ${words.join(', ')}.`);
  };
