import { buildTableCards } from './table-cards.js';

/** What depends on the width of the window. It comes last, because it changes the others. */
export const WIDTH_STYLE = `
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
