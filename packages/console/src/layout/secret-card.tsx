export interface SecretCardProps {
  readonly title: string;
  readonly secret: string;
}

/** Shows a secret once. It is text, not an input, because browsers keep the values of inputs. */
export function SecretCard({ title, secret }: SecretCardProps) {
  return (
    <section class="card secret" data-once aria-labelledby="secret-title">
      <h2 id="secret-title">{title}</h2>
      <p>
        This secret is shown only once and cannot be retrieved later. Store it in your secret
        manager.
      </p>
      <CopyText id="secret" text={secret} />
    </section>
  );
}

/** A text with a *Copy* button, which appears only if scripts run. */
export function CopyText({ id, text }: { readonly id: string; readonly text: string }) {
  return (
    <div class="copy">
      <code id={id}>{text}</code>
      <button type="button" class="button" data-copy={id} hidden>
        Copy
      </button>
      <p class="hint" role="status" data-copied={id} />
    </div>
  );
}
