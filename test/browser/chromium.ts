import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

/** The headless shell is the same engine without windows to draw, for half the work. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** The path of an installed browser: `$CHROMIUM`, or the first of the usual names. */
function findChromium(): string | undefined {
  if (process.env['CHROMIUM']) return process.env['CHROMIUM'];
  for (const name of NAMES) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {}
  }
  return undefined;
}

const executablePath = findChromium();

/** With `CI=true` a missing browser is a failure, not a reason to skip. */
export const hasNoBrowser = executablePath === undefined && process.env['CI'] !== 'true';

if (hasNoBrowser) {
  console.warn(
    'SKIPPED: no Chromium here. Install one (apt-get install chromium) or set CHROMIUM.',
  );
}

export function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('CI is set, but no Chromium is installed');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
