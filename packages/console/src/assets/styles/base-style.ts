/** Colours, text and what has no place of its own. */
export const BASE_STYLE = `
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
`;
