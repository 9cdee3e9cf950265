export interface OptionTextProps {
  readonly name: string;
  readonly meaning: string;
}

/** The text beside a radio button or check box: a value and its meaning. */
export function OptionText({ name, meaning }: OptionTextProps) {
  return (
    <span>
      <strong>{name}</strong>
      <span class="hint">{meaning}</span>
    </span>
  );
}
