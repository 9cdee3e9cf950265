import { buildTableCards } from './table-cards.js';

/** The style of every page: light or dark by the system's setting, one column on a phone. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f9;
  --surface: #fff;
  --raised: #f9fafc;
  --ink: #1a2030;
  --muted: #566074;
  --line: #dfe3eb;
  --edge: #8b95a8;
  --accent: #4150c4;
  --accent-strong: #3340a3;
  --on-accent: #fff;
  --accent-soft: #eef0fd;
  --good: #17663a;
  --good-soft: #e4f5ea;
  --bad: #b3261e;
  --bad-strong: #8f1d17;
  --on-bad: #fff;
  --bad-soft: #fdecea;
  --warn: #7a4d05;
  --warn-soft: #fdf3de;
  --shadow: 0 1px 2px rgb(26 32 48 / 6%), 0 4px 16px rgb(26 32 48 / 4%);
  --radius: 10px;
}

@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11141b;
    --surface: #191e28;
    --raised: #1f2530;
    --ink: #e8ebf2;
    --muted: #a5afc1;
    --line: #2d3443;
    --edge: #6f7a90;
    --accent: #9aa6ff;
    --accent-strong: #b5beff;
    --on-accent: #11141b;
    --accent-soft: #232a45;
    --good: #7fd6a0;
    --good-soft: #16301f;
    --bad: #ff9d94;
    --bad-strong: #ffb8b1;
    --on-bad: #11141b;
    --bad-soft: #3a1b1a;
    --warn: #f0c36d;
    --warn-soft: #332812;
    --shadow: none;
  }
}

*, *::before, *::after { box-sizing: border-box; }

html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }

body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 400 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}

h1, h2, p, ul, dl, dd, figure, fieldset { margin: 0; padding: 0; }
h1 { font-size: 1.65rem; line-height: 1.25; letter-spacing: -0.015em; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; line-height: 1.35; font-weight: 620; overflow-wrap: anywhere; }
h3, h2.minor { font-size: 1rem; line-height: 1.55; font-weight: 550; }
code { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
strong { font-weight: 620; }

a { color: var(--accent); text-underline-offset: 0.18em; text-decoration-thickness: 1px; }
a:hover { color: var(--accent-strong); text-decoration-thickness: 2px; }

:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus, [tabindex="-1"]:focus { outline: none; }

.sr {
  position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.skip {
  position: absolute; left: 1rem; top: -4rem; z-index: 1;
  padding: 0.5rem 1rem; background: var(--surface); border-radius: 6px;
}
.skip:focus { top: 0.5rem; }

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

/* Tables */
table.data { width: 100%; border-collapse: separate; border-spacing: 0; text-align: left; }
.data th, .data td { padding: 0.8rem 0.75rem; vertical-align: top; }
.data th:first-child { padding-left: 1.5rem; }
.data td:last-child { padding-right: 1.5rem; }
.data thead th { font-size: 0.8125rem; font-weight: 550; color: var(--muted); white-space: nowrap; }
.data tbody :is(th, td) { border-top: 1px solid var(--line); }
.data tbody th { font-weight: 550; min-width: 10rem; overflow-wrap: anywhere; }
.data td > div { min-width: 5.5rem; }
.person { display: block; min-width: 11rem; }
.data time { white-space: nowrap; }
.data tbody tr:hover :is(th, td) { background: var(--raised); }
.data tbody tr:last-child:hover th { border-bottom-left-radius: var(--radius); }
.data tbody tr:last-child:hover td:last-child { border-bottom-right-radius: var(--radius); }

/* Tabs */
.tabs { display: flex; gap: 1.5rem; border-bottom: 1px solid var(--line); }
.tabs a {
  padding: 0.5rem 0; margin-bottom: -1px; color: var(--ink); font-weight: 550;
  text-decoration: none; border-bottom: 2px solid var(--accent);
}

.pager { display: flex; gap: 0.75rem; justify-content: flex-end; }

/* Facts */
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1.25rem 2rem; }
.facts > div { display: grid; gap: 0.2rem; align-content: start; min-width: 0; }
.facts dt { font-size: 0.8125rem; font-weight: 550; color: var(--muted); }
.facts dd { overflow-wrap: anywhere; }

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

/* Authorizing an export */
.standing, .authorize { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem 1rem; }
.result { font-weight: 550; }
.result:empty { display: none; }
.result.good { color: var(--good); }
.result.warn { color: var(--warn); }
.result.bad { color: var(--bad); }
.result.quiet { color: var(--muted); font-weight: 400; }
.button.small { min-height: 2rem; padding: 0.15rem 0.8rem; font-size: 0.9rem; }

/* The secret */
.secret { border-color: var(--good); }
.copy { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: stretch; }
.copy code {
  flex: 1 1 24rem; min-width: 0; padding: 0.6rem 0.9rem; border: 1px solid var(--edge); border-radius: 8px;
  background: var(--raised); font-size: 0.95rem; overflow-wrap: anywhere; user-select: all; -webkit-user-select: all;
}
[data-copied] { flex-basis: 100%; }
[data-copied]:empty { display: none; }

/* Numbers of deliveries */
.numbers { grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); }
.numbers > div { align-content: space-between; }
.numbers dd { font-size: 1.5rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
.chart { display: grid; gap: 0.6rem; }
.chart svg { width: 100%; max-width: 46rem; height: auto; }
.chart .delivered { fill: var(--good); }
.chart .dead { fill: var(--bad); }
.chart .axis { stroke: var(--edge); stroke-width: 1; }
.chart text { fill: var(--muted); font-size: 11px; }
.key::before {
  content: ""; display: inline-block; width: 0.7rem; height: 0.7rem; margin-right: 0.35rem; border-radius: 2px;
  background: var(--good);
}
.key.dead::before { background: var(--bad); }
.key { margin-right: 0.5rem; }
.utc { color: var(--muted); font-size: 0.875em; font-weight: 400; white-space: nowrap; }
.data .utc { display: block; }
.data th.select, .data td.select { width: 1%; min-width: 0; padding-right: 0; }
.data .select + th { padding-left: 1rem; }
.filter.even { grid-template-columns: minmax(9rem, 1fr) minmax(11rem, 2fr) minmax(11rem, 2fr) auto; }

/* Two columns where there is room */
@media (min-width: 62rem) {
  .form, .form .group { grid-template-columns: repeat(2, minmax(0, 1fr)); column-gap: 2rem; align-items: start; }
  .form > :is(fieldset, details, p, ul, .buttons), .form :is(.wide, .group > legend, .field:has(textarea)) { grid-column: 1 / -1; }
}

@media (max-width: 62rem) {
  .filter, .filter.even { grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); }
  .filter .wide { grid-column: 1 / -1; }
}

@media (max-width: 46rem) {
  .bar { padding: 0 1rem; gap: 0 1.25rem; }
  .brand { padding: 0.8rem 0 0.4rem; }
  .bar nav { order: 1; flex-basis: 100%; }
  .bar nav a { padding: 0.5rem 0 0.7rem; }
  .who { flex: 1 1 0; justify-content: flex-end; padding-top: 0.4rem; }
  .who { font-size: 0.8125rem; gap: 0.4rem; }
  .who .badge { font-size: 0.75rem; padding: 0.05rem 0.5rem; }
  .grid .option > span { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.6rem; }
  .option { padding: 0.55rem 0.6rem; gap: 0.5rem; }
  main { padding: 1.5rem 1rem 3rem; gap: 1.25rem; }
  h1 { font-size: 1.4rem; }
  .actions, .actions > *, .actions .button { flex: 1 1 auto; }
  .actions form { display: flex; }
  .card { padding: 1.1rem; }
  .message { padding: 1.75rem 1.25rem; }
  .form > .buttons { margin: 0 -1.1rem -1.1rem; padding: 0.8rem 1.1rem; }
  .filter, .filter.short, .filter.even { padding: 1rem 1.1rem; grid-template-columns: 1fr 1fr; gap: 0.8rem; justify-content: stretch; }
  .filter-actions, .filter.even > label:nth-of-type(3) { grid-column: 1 / -1; }
  .buttons .button, .copy .button { flex: 1 1 8rem; }
  .sub { min-width: 0; }
}

/* A table of many columns needs a wide window. */
@media (max-width: 72rem) {${buildTableCards('table.data.wide')}}
@media (max-width: 46rem) {${buildTableCards('table.data')}}

@media (prefers-reduced-motion: no-preference) {
  .button, .option { transition: background-color 120ms, border-color 120ms; }
}

@media (forced-colors: active) {
  .badge, .chips code { border: 1px solid; }
  .chart rect { fill: CanvasText; }
}
`;
