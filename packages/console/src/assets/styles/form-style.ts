/** Forms, fields and their errors. */
export const FORM_STYLE = `
/* Forms */
label, legend { font-weight: 550; }
.hint { color: var(--muted); font-size: 0.9rem; font-weight: 400; }
input, select, textarea {
  width: 100%; min-height: 2.6rem; padding: 0.45rem 0.75rem; border: 1px solid var(--edge);
  border-radius: 8px; background: var(--surface); color: var(--ink); font: inherit; font-weight: 400;
}
textarea { resize: vertical; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.9rem; }
input:focus-visible, select:focus-visible, textarea:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 0; border-color: var(--accent); border-radius: 8px;
}
:is(input[type="radio"], input[type="checkbox"]) {
  flex: none; width: 1.15rem; min-height: 0; height: 1.15rem; margin: 0.2rem 0 0; padding: 0; accent-color: var(--accent);
}
.form { gap: 1.75rem; }
.form > p, .form > .plain-list { max-width: 44rem; }
.plain-list { display: grid; gap: 0.6rem; padding-left: 1.2rem; }
.form > .buttons {
  position: sticky; bottom: 0; z-index: 1; margin: 0 -1.5rem -1.5rem; padding: 1rem 1.5rem;
  background: var(--surface); border-top: 1px solid var(--line);
  border-radius: 0 0 var(--radius) var(--radius);
}
/* Keeps a focused field above the buttons. */
.form { scroll-padding-bottom: 6rem; }
.form :is(input, select, textarea, fieldset) { scroll-margin-bottom: 6rem; scroll-margin-top: 1rem; }
.scope-search { display: flex; gap: 0.75rem; max-width: 28rem; }
.option[hidden] { display: none; }
.field { display: grid; gap: 0.4rem; border: 0 solid; min-width: 0; }
.field legend { padding: 0; margin-bottom: 0.4rem; }
.narrow :is(input, select) { max-width: 20rem; }
.invalid > :is(input, select, textarea) { border-color: var(--bad); }
.invalid { border-left: 3px solid var(--bad); padding-left: 1rem; }
.error { color: var(--bad); font-weight: 550; font-size: 0.9rem; }
.options { display: grid; gap: 0.6rem; }
.options.grid { grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); }
.option {
  display: flex; gap: 0.7rem; padding: 0.65rem 0.85rem; border: 1px solid var(--line);
  border-radius: 8px; font-weight: 400; cursor: pointer; min-width: 0;
}
.option > span { min-width: 0; overflow-wrap: anywhere; }
.option strong { font-size: 0.9rem; letter-spacing: 0.02em; }
.option .hint { display: block; font-size: 0.875rem; line-height: 1.4; }
.option:hover { border-color: var(--edge); }
.option:has(input:checked) { border-color: var(--accent); background: var(--accent-soft); }
/* An invalid field stays visible; otherwise the browser would report an error that cannot be seen. */
.form:has(input[name="permission"]:checked:not([value="USER"])) .for-user:not(.invalid, :has(:invalid)) { display: none; }
.form:has(input[name="permission"][value="ANONYMOUS"]:checked) .for-groups:not(.invalid, :has(:checked)) { display: none; }
.group { display: grid; gap: 1.5rem; border: 0; min-width: 0; }
.group > legend { padding: 0 0 1rem; font-size: 1.1rem; font-weight: 620; }
.group > .field, .group > * { min-width: 0; }
summary { cursor: pointer; font-weight: 550; color: var(--accent); }
details[open] > summary { margin-bottom: 1.25rem; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; }

.filter {
  display: grid; gap: 1rem 0.75rem; padding: 1.1rem 1.5rem 1.25rem; align-items: end;
  grid-template-columns: minmax(8rem, 2fr) repeat(2, minmax(6.5rem, 1fr)) minmax(7.5rem, 1fr) minmax(8rem, 1.5fr) minmax(10rem, 1.2fr) auto;
}
.filter label { display: grid; gap: 0.3rem; font-size: 0.8125rem; color: var(--muted); min-width: 0; }
.filter :is(input, select) { font-size: 0.95rem; }
.filter-actions { display: flex; align-items: center; gap: 1rem; }

.filter.short { grid-template-columns: minmax(9rem, 14rem) minmax(12rem, 22rem) auto; justify-content: start; }
`;
