/** The bar, buttons and surfaces. */
export const LAYOUT_STYLE = `
/* The bar above every page */
.top { background: var(--surface); border-bottom: 1px solid var(--line); }
.bar {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0 2rem;
  max-width: 72rem; margin: 0 auto; padding: 0 1.5rem;
}
.brand { font-weight: 650; letter-spacing: -0.01em; padding: 1rem 0; }
.bar nav { display: flex; gap: 1.5rem; flex: 1; }
.bar nav a {
  padding: 1rem 0; color: var(--muted); text-decoration: none;
  border-bottom: 2px solid transparent; margin-bottom: -1px;
}
.bar nav a:hover { color: var(--ink); }
.bar nav a[aria-current] { color: var(--ink); border-color: var(--accent); font-weight: 550; }
.who { display: flex; align-items: center; gap: 0.6rem; font-size: 0.875rem; color: var(--muted); min-width: 0; }
.who a { white-space: nowrap; }
.subject { max-width: 20rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

main { display: grid; gap: 1.5rem; max-width: 72rem; margin: 0 auto; padding: 2.25rem 1.5rem 4rem; }
main > * { min-width: 0; }
main > section:not(.card) { display: grid; gap: 1rem; }

.head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: end; gap: 1rem 2rem; }
.head > div:first-child { display: grid; gap: 0.35rem; min-width: 0; flex: 1 1 22rem; }
.lead { color: var(--muted); max-width: 44rem; }
.back { font-size: 0.9rem; }
.back a { text-decoration: none; }
.back a::before { content: "\\2190\\00a0"; }
.back a:hover { text-decoration: underline; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; }

/* Buttons */
.button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 2.6rem;
  padding: 0.45rem 1.1rem; border: 1px solid var(--edge); border-radius: 8px;
  background: var(--surface); color: var(--ink); font: inherit; font-weight: 550;
  text-decoration: none; text-align: center; overflow-wrap: normal; cursor: pointer;
}
.button:hover { background: var(--raised); color: var(--ink); border-color: var(--ink); }
.button[hidden] { display: none; }
.button:focus-visible { border-radius: 8px; }
.button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.button.primary:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
.button.danger { color: var(--bad); border-color: var(--bad); }
.button.danger:hover { background: var(--bad-soft); }
.button.danger.solid { background: var(--bad); border-color: var(--bad); color: var(--on-bad); }
.button.danger.solid:hover { background: var(--bad-strong); border-color: var(--bad-strong); }

/* Surfaces */
.card, .empty, .message, .filter, table.data {
  background: var(--surface); border: 1px solid var(--line);
  border-radius: var(--radius); box-shadow: var(--shadow);
}
.card { display: grid; gap: 1.1rem; padding: 1.5rem; }
.card > * { min-width: 0; }
.empty { display: grid; justify-items: center; gap: 0.75rem; padding: 3.5rem 1.5rem; text-align: center; }
.empty p { color: var(--muted); max-width: 32rem; }
.empty .button { margin-top: 0.5rem; }
.message { display: grid; gap: 0.75rem; justify-items: start; padding: 2.5rem; max-width: 38rem; }
.message .status { color: var(--muted); font-variant-numeric: tabular-nums; letter-spacing: 0.06em; }
.message .button { margin-top: 0.75rem; }
.message.alone { margin: min(14vh, 8rem) auto 0; width: calc(100% - 2rem); }

.notice { padding: 1rem 1.25rem; border-radius: var(--radius); border: 1px solid; }
.notice > * + * { margin-top: 0.4rem; }
.notice ul:not(.chips) { padding-left: 1.2rem; }
.notice.bad { background: var(--bad-soft); border-color: var(--bad); }
.notice.bad, .notice.bad a { color: var(--bad); }
.notice.warn { background: var(--warn-soft); border-color: var(--warn); color: var(--warn); }
.notice.good { background: var(--good-soft); border-color: var(--good); color: var(--good); }

.notice.plain { background: var(--accent-soft); border-color: transparent; }
.notice p { margin: 0; }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 1rem; }
.choices .card { gap: 0.25rem; align-content: start; color: inherit; text-decoration: none; }
.choices .card:hover { border-color: var(--accent); }
.choices strong { font-size: 1.1rem; color: var(--accent); }

.badge {
  display: inline-block; padding: 0.08rem 0.6rem; border-radius: 99px; white-space: nowrap;
  font-size: 0.8125rem; font-weight: 550; background: var(--accent-soft); color: var(--accent);
}
.badge.good { background: var(--good-soft); color: var(--good); }
.badge.bad { background: var(--bad-soft); color: var(--bad); }
.badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.quiet { background: var(--raised); color: var(--muted); box-shadow: inset 0 0 0 1px var(--line); }
.permission { font-size: 0.8125rem; font-weight: 600; letter-spacing: 0.03em; }
.sub { display: block; min-width: 9.5rem; color: var(--muted); font-size: 0.875rem; font-weight: 400; overflow-wrap: anywhere; }

.data .chips { min-width: 8.5rem; }
.chips { display: flex; flex-wrap: wrap; gap: 0.3rem 0.4rem; list-style: none; }
.chips code {
  display: inline-block; padding: 0.02rem 0.45rem; border-radius: 5px; background: var(--raised);
  box-shadow: inset 0 0 0 1px var(--line); font-size: 0.8125rem; overflow-wrap: anywhere;
}
.chips .more { color: var(--muted); font-size: 0.875rem; }
`;
