/** Says what a long command is doing: one line that changes on a terminal, else lines, at most one in two seconds. */
export interface Progress {
  /** What is going on now. */
  readonly now: (text: string) => void;
  /** Something that stays to be read. */
  readonly line: (text: string) => void;
  /** Nothing more follows. */
  readonly end: () => void;
}

const CLEAR = '\r\u001b[2K';

/** Make a progress display on a stream. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  let last = Number.NEGATIVE_INFINITY;
  const live = stream.isTTY === true;
  return {
    now(text) {
      const pause = live ? 100 : 2000;
      if (performance.now() - last < pause) return;
      last = performance.now();
      stream.write(live ? `${CLEAR}${text.slice(0, (stream.columns ?? 80) - 1)}` : `${text}\n`);
    },
    line: (text) => {
      stream.write(`${live ? CLEAR : ''}${text}\n`);
    },
    end: () => {
      if (live) stream.write(CLEAR);
    },
  };
}
