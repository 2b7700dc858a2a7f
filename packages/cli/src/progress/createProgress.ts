import { LiveProgress } from './liveProgress.ts';
import type { Progress, ProgressEvent, ProgressSettings, ProgressStream } from './progress.ts';
import { endText, epochText, startText } from './progressText.ts';
import { printable } from './textWidth.ts';

/** How progress is shown: a block redrawn in place, a line an epoch, a JSON object a line, or not at all. */
export type ProgressMode = 'live' | 'plain' | 'ndjson' | 'quiet';

/** Choices of the caller, who knows the terminal and the environment. */
export interface ProgressOptions {
  readonly mode: ProgressMode;
  /** Whether colour codes may be written; default false. The caller honours NO_COLOR and TERM=dumb. */
  readonly color?: boolean;
  /** Width of the terminal in columns, or a function that tells it at each redraw; default 80. */
  readonly columns?: number | (() => number);
  /** Whether block characters may be used; default true. */
  readonly unicode?: boolean;
  /** Clock in milliseconds; default `performance.now`. */
  readonly now?: () => number;
  /** Registers a function to run when the process exits and returns one that removes it again; default: nothing. */
  readonly onExit?: (restore: () => void) => () => void;
}

/**
 * Make a progress display for training events.
 *
 * @param stream - Where to write, usually standard error.
 * @param options - Mode and what the terminal can do.
 *
 * @example
 * const progress = createProgress(process.stderr, { mode: process.stderr.isTTY ? 'live' : 'plain' });
 * progress.handle({ type: 'warning', message: 'the validation rows are few' });
 * progress.close();
 */
export function createProgress(stream: ProgressStream, options: ProgressOptions): Progress {
  const { columns = 80 } = options;
  const settings: ProgressSettings = {
    color: options.color ?? false,
    columns: typeof columns === 'number' ? () => columns : columns,
    unicode: options.unicode ?? true,
    now: options.now ?? (() => performance.now()),
    onExit: options.onExit ?? (() => () => undefined),
  };
  switch (options.mode) {
    case 'live':
      return new LiveProgress(stream, settings);
    case 'plain':
      return plainProgress(stream, settings);
    case 'ndjson':
      return { handle: (event) => void stream.write(`${jsonLine(event)}\n`), close: () => undefined };
    case 'quiet':
      return { handle: () => undefined, close: () => undefined };
  }
}

function plainProgress(stream: ProgressStream, { now }: ProgressSettings): Progress {
  let started = now();
  const line = (text: string): void => void stream.write(`${printable(text)}\n`);
  return {
    handle(event) {
      switch (event.type) {
        case 'start':
          started = now();
          line(startText(event));
          break;
        case 'epoch':
          line(epochText(event));
          break;
        case 'warning':
        case 'hint':
          line(`${event.type}: ${event.message}`);
          break;
        case 'end':
          line(endText(event, (now() - started) / 1000));
          break;
      }
    },
    close: () => undefined,
  };
}

/** JSON has no NaN and no infinities; as text they stay apart from each other and from null. */
const jsonLine = (event: ProgressEvent): string =>
  JSON.stringify(event, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
