import { OptionText } from './option-text.js';

export interface CheckBoxesProps {
  readonly name: string;
  /** The values with their meanings. */
  readonly options: readonly (readonly [value: string, meaning: string])[];
  readonly chosen: readonly string[];
}

/** Check boxes in columns, each a value with its meaning. */
export function CheckBoxes({ name, options, chosen }: CheckBoxesProps) {
  return (
    <div class="options grid" data-check-boxes={name}>
      {options.map(([value, meaning]) => (
        <label class="option">
          <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} />
          <OptionText name={value} meaning={meaning} />
        </label>
      ))}
    </div>
  );
}
