// @ts-check
// Where the browser for the browser tests is.
import { existsSync, readFileSync } from 'node:fs';
import { canRun, runProgram } from './platform.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Why a browser test is skipped where there is no browser. */
export const withoutChromium = 'needs Chromium: install it or set CHROME_PATH';

/**
 * Find a Chromium or Chrome: CHROME_PATH first, then the usual places.
 *
 * @returns {string | undefined} the path of the program
 */
export function findChromium() {
  const chosen = process.env['CHROME_PATH'];
  if (chosen !== undefined && chosen !== '') return existsSync(chosen) ? chosen : undefined;
  return places.find((place) => existsSync(place));
}

function onDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * See to it that the browser tests have a browser: on Debian, as root, Chromium is installed where none is.
 * GRADUS_NO_APT=1 keeps it from doing so.
 *
 * @returns {Promise<void>}
 */
export async function provideChromium() {
  if (findChromium() !== undefined) return;
  const chosen = process.env['CHROME_PATH'];
  if (chosen !== undefined && chosen !== '') {
    process.stderr.write(`CHROME_PATH names ${chosen}, which does not exist: browser tests are skipped.\n`);
    return;
  }
  const mayInstall =
    process.getuid?.() === 0 && onDebian() && canRun('apt-get') && process.env['GRADUS_NO_APT'] !== '1';
  if (!mayInstall) {
    process.stderr.write(`Browser tests are skipped: each ${withoutChromium}.\n`);
    return;
  }
  process.stderr.write(
    'Installing Chromium for the browser tests with apt-get (GRADUS_NO_APT=1 skips this) …\n',
  );
  const options = {
    capture: true,
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  const install = ['install', '-y', '--no-install-recommends', 'chromium'];
  let result = await runProgram('apt-get', install, options);
  if (result.status !== 0) {
    await runProgram('apt-get', ['update'], options);
    result = await runProgram('apt-get', install, options);
  }
  if (result.status !== 0) {
    process.stderr.write(`${result.output}Chromium could not be installed; browser tests are skipped.\n`);
  }
}
