export interface SecretCardProps {
  readonly title: string;
  readonly secret: string;
}

/** A secret, for the only time. It is text and no input, which browsers would keep with the history. */
export function SecretCard({ title, secret }: SecretCardProps) {
  return (
    <section class="card secret" data-once aria-labelledby="secret-title">
      <h2 id="secret-title">{title}</h2>
      <p>
        It is shown only this once, and nobody can look it up later. Keep it where secrets are kept.
      </p>
      <CopyText id="secret" text={secret} />
    </section>
  );
}

/** A text to be copied: by a button where there is a script. */
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
