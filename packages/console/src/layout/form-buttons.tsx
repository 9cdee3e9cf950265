export interface FormButtonsProps {
  /** The text of the button that submits the form. */
  readonly submit: string;
  /** Whether the change cannot be undone. */
  readonly isDangerous?: boolean | undefined;
  /** The address of the page to return to. */
  readonly cancel: string;
}

/** The end of a form: submit or leave. */
export function FormButtons({ submit, isDangerous, cancel }: FormButtonsProps) {
  return (
    <div class="buttons">
      <button type="submit" class={isDangerous ? 'button danger solid' : 'button primary'}>
        {submit}
      </button>
      <a class="button" href={cancel}>
        Cancel
      </a>
    </div>
  );
}
