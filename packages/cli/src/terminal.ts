import type { CommandContext } from './context.ts';
import { createProgress, type ProgressMode } from './progress/createProgress.ts';
import type { Progress } from './progress/progress.ts';

/** How much is said, and to whom. */
export type Voice = 'person' | 'quiet' | 'json';

/** Make the progress display that suits the terminal, the environment and the flags. */
export function progressFor(context: CommandContext, voice: Voice): Progress {
  const { stderr, environment } = context;
  const isDumb = environment['TERM'] === 'dumb';
  const isLive = stderr.isTTY === true && !isDumb && (environment['CI'] ?? '') === '';
  const modes: Record<Voice, ProgressMode> = {
    person: isLive ? 'live' : 'plain',
    quiet: 'quiet',
    json: 'ndjson',
  };
  return createProgress(stderr, {
    mode: modes[voice],
    color: stderr.isTTY === true && !isDumb && (environment['NO_COLOR'] ?? '') === '',
    // Some terminals without a size say 0.
    columns: () => stderr.columns || 80,
    unicode: environment['TERM'] !== 'linux',
    now: context.clock,
    onExit: context.onExit,
  });
}

/** Write words as a shell reads them. */
export const shellLine = (words: readonly string[]): string =>
  words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');

/** Write a command of gradus as the user can type it: by npx, by npm start in a checkout, or as it is. */
export function gradusLine(words: readonly string[], { environment }: CommandContext): string {
  const line = shellLine(['gradus', ...words]);
  const started = environment['npm_lifecycle_event'];
  if (started === 'npx') return `npx ${line}`;
  const isCheckout = started === 'start' && environment['npm_package_name'] === 'gradus-workspace';
  return isCheckout ? `npm start -- ${shellLine(words)}` : line;
}
