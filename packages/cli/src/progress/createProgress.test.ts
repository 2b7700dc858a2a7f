import type { EpochEvent } from 'gradus';
import { expect, test } from 'vitest';
import { createProgress, type ProgressOptions } from './createProgress.ts';
import type { ProgressEvent } from './progress.ts';
import { textWidth } from './textWidth.ts';

const control = '\u001b';
const paintCodes = new RegExp(`${control}\\[\\d+m`, 'g');
const allCodes = new RegExp(`${control}\\[[?0-9]*[A-Za-z]|\r`, 'g');
const tokens = new RegExp(`${control}\\[[?0-9;]*[A-Za-z]|[\\s\\S]`, 'g');

function epoch(number: number, changes: Partial<EpochEvent> = {}): EpochEvent {
  return {
    type: 'epoch',
    epoch: number,
    epochs: 20,
    loss: 1 / number,
    validationLoss: 1.1 / number,
    metrics: { validationAccuracy: 0.9 },
    learningRate: 0.001,
    rowsPerSecond: 123456,
    seconds: 0.05,
    best: true,
    ...changes,
  };
}

function harness(options: Partial<ProgressOptions> = {}) {
  const writes: string[] = [];
  const clock = { milliseconds: 0 };
  const exits = new Set<() => void>();
  const progress = createProgress(
    { write: (text: string) => writes.push(text) },
    {
      mode: 'live',
      now: () => clock.milliseconds,
      onExit: (restore) => {
        exits.add(restore);
        return () => exits.delete(restore);
      },
      ...options,
    },
  );
  return { progress, writes, clock, exits, text: () => writes.join('') };
}

/** What stands on a terminal of `columns` columns after the writes, wrapping long lines as terminals do. */
function screen(
  text: string,
  columns: number,
): { readonly lines: string[]; readonly cursorVisible: boolean } {
  const rows: string[] = [''];
  let [row, column, cursorVisible] = [0, 0, true];
  for (const [token] of text.matchAll(tokens)) {
    if (token === '\n') [row, column] = [row + 1, 0];
    else if (token === '\r') column = 0;
    else if (token.endsWith('A') && token.length > 1) row -= Number(token.slice(2, -1));
    else if (token === '\u001b[0J') {
      rows[row] = rows[row]!.slice(0, column);
      rows.length = row + 1;
    } else if (token === '\u001b[?25l') cursorVisible = false;
    else if (token === '\u001b[?25h') cursorVisible = true;
    else if (token.length === 1) {
      if (column >= columns) [row, column] = [row + 1, 0];
      rows[row] = (rows[row] ?? '').slice(0, column) + token;
      column++;
    }
    while (rows.length <= row) rows.push('');
    if (row < 0) throw new Error('the cursor left the screen');
  }
  return { lines: rows, cursorVisible };
}

const start: ProgressEvent = {
  type: 'start',
  epochs: 20,
  rows: 240,
  validationRows: 52,
  batchSize: 32,
  parameterCount: 2115,
  executor: 'wasm-fast',
  resumedAt: 0,
};
const end: ProgressEvent = { type: 'end', reason: 'all epochs are done', epoch: 20, bestEpoch: 20 };

test('live shows one block in place and leaves the cursor visible below it', () => {
  const { progress, clock, text } = harness();
  progress.handle(start);
  for (let number = 1; number <= 20; number++) {
    clock.milliseconds += 150;
    progress.handle(epoch(number));
  }
  progress.handle(end);
  const { lines, cursorVisible } = screen(text(), 80);
  expect(cursorVisible).toBe(true);
  expect(lines).toEqual([
    'epoch       ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  20/20',
    `loss        ${lines[1]!.slice(12, 44)}  0.05`,
    `validation  ${lines[2]!.slice(12, 44)}  0.055`,
    'best        epoch 20, validation loss 0.055, validation accuracy 0.9',
    'speed       learning rate 0.001, 123,456 rows/s, 3.0 s so far',
    'trained 20 epochs in 3.0 s, best epoch 20: all epochs are done',
    '',
  ]);
  expect(lines[1]!.slice(12, 32)).toBe('█▄▃▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁');
});

test('live tells how much time is left at most', () => {
  const { progress, clock, text } = harness();
  progress.handle(start);
  clock.milliseconds = 1000;
  progress.handle(epoch(5));
  expect(screen(text(), 80).lines[0]).toBe(
    'epoch       ━━━━━━━━────────────────────────  5/20, at most 3.0 s left',
  );
});

test('live redraws at most ten times a second, and the last epoch always', () => {
  const { progress, clock, writes } = harness();
  progress.handle(start);
  for (let number = 1; number <= 1000; number++) {
    clock.milliseconds += 1;
    progress.handle(epoch(number, { epochs: 1000 }));
  }
  // One at the start, one every 100 ms; the one at 1000 ms is the last epoch's.
  expect(writes).toHaveLength(11);
  expect(writes.at(-1)).toContain('1,000/1,000');
});

test('live shows on close what the throttle held back', () => {
  const { progress, clock, text } = harness();
  progress.handle(start);
  clock.milliseconds = 10;
  progress.handle(epoch(3));
  progress.close();
  expect(screen(text(), 80).lines[0]).toContain('3/20');
});

test.each([10, 20, 33, 40, 79, 80, 81, 200])('live never wraps on %i columns', (columns) => {
  const { progress, clock, text } = harness({ columns, color: true });
  progress.handle(start);
  for (let number = 1; number <= 5; number++) {
    clock.milliseconds += 200;
    progress.handle(epoch(number));
  }
  const { lines } = screen(text().replace(paintCodes, ''), columns);
  expect(lines).toHaveLength(6);
  for (const line of lines) expect(textWidth(line)).toBeLessThan(Math.max(11, columns));
});

test('live finds the top of its block again after the terminal was made narrower', () => {
  let columns = 80;
  const { progress, clock, writes } = harness({ columns: () => columns });
  progress.handle(start);
  clock.milliseconds = 200;
  progress.handle(epoch(1));
  columns = 40;
  clock.milliseconds = 400;
  progress.handle(epoch(2));
  // Of the five lines drawn at 80 columns, those longer than 40 take two rows each.
  const drawn = writes[1]!
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(allCodes, ''));
  const rows = drawn.reduce((sum, line) => sum + Math.ceil(line.length / 40), 0);
  expect(rows).toBeGreaterThan(5);
  expect(writes[2]).toContain(`\u001b[${rows}A`);
});

test('live puts a warning above the block', () => {
  const { progress, clock, text } = harness();
  progress.handle(start);
  clock.milliseconds = 200;
  progress.handle(epoch(1));
  progress.handle({ type: 'warning', message: 'the loss rises \u001b[2J' });
  const { lines } = screen(text(), 80);
  expect(lines[0]).toBe('warning: the loss rises \\x1b[2J');
  expect(lines[1]).toMatch(/^epoch/);
  expect(lines).toHaveLength(7);
});

test('live restores the cursor once on an interruption, on close and at the exit of the process', () => {
  const shows = (text: string): number => text.split('\u001b[?25h').length - 1;
  const closed = harness();
  closed.progress.handle(start);
  closed.progress.close();
  closed.progress.close();
  closed.progress.handle(epoch(1));
  expect(shows(closed.text())).toBe(1);
  expect(closed.exits.size).toBe(0);

  const killed = harness();
  killed.progress.handle(start);
  for (const restore of killed.exits) restore();
  expect(screen(killed.text(), 80).cursorVisible).toBe(true);
});

test('live writes no colour unless told to', () => {
  const colour = new RegExp(`${control}\\[\\d+m`);
  for (const color of [false, true]) {
    const { progress, text } = harness({ color });
    progress.handle(start);
    progress.handle(epoch(1, { epochs: 1 }));
    progress.handle({ type: 'warning', message: 'x' });
    expect(colour.test(text())).toBe(color);
  }
});

test('live survives a loss that is not finite, no validation and no metrics', () => {
  const { progress, text } = harness({ unicode: false });
  progress.handle(start);
  const { validationLoss: _, ...withoutValidation } = epoch(20, { loss: Number.NaN, metrics: {} });
  progress.handle(withoutValidation);
  expect(screen(text(), 80).lines.slice(0, 3)).toEqual([
    `epoch       ${'='.repeat(32)}  20/20`,
    `loss        x${' '.repeat(31)}  NaN`,
    'best        epoch 20, loss NaN',
  ]);
});

test('plain writes one line an epoch, aligned', () => {
  const { progress, clock, text } = harness({ mode: 'plain' });
  progress.handle(start);
  progress.handle(epoch(1));
  progress.handle(epoch(12, { best: false }));
  progress.handle({ type: 'warning', message: 'the loss rises' });
  clock.milliseconds = 2500;
  progress.handle(end);
  progress.close();
  expect(text()).toBe(`training on 240 rows in batches of 32, at most 20 epochs
epoch  1/20  loss 1  validation loss 1.1  validation accuracy 0.9  learning rate 0.001  123,456 rows/s  50 ms  best
epoch 12/20  loss 0.08333  validation loss 0.09167  validation accuracy 0.9  learning rate 0.001  123,456 rows/s  50 ms
warning: the loss rises
trained 20 epochs in 2.5 s, best epoch 20: all epochs are done
`);
});

test('the end is told in words; before the first epoch has ended there is no best one', () => {
  const { progress, text } = harness({ mode: 'plain' });
  progress.handle({ type: 'end', reason: 'no better validationLoss in 20 epochs', epoch: 25, bestEpoch: 5 });
  progress.handle({ type: 'end', reason: 'aborted', epoch: 0, bestEpoch: 0 });
  expect(text()).toBe(`trained 25 epochs in 0 ms, best epoch 5: no better validation loss in 20 epochs
trained 0 epochs in 0 ms: interrupted
`);
});

test('ndjson writes one JSON object a line that reads back as the event', () => {
  const { progress, writes } = harness({ mode: 'ndjson' });
  const events: ProgressEvent[] = [start, epoch(1), { type: 'warning', message: 'two\nlines' }, end];
  for (const event of events) progress.handle(event);
  expect(writes.map((line) => JSON.parse(line))).toEqual(events);
  for (const line of writes) expect(line.indexOf('\n')).toBe(line.length - 1);
  progress.handle(epoch(2, { loss: Number.NaN }));
  expect(JSON.parse(writes.at(-1)!).loss).toBe('NaN');
});

test('quiet writes nothing', () => {
  const { progress, writes } = harness({ mode: 'quiet' });
  for (const event of [start, epoch(1), end]) progress.handle(event);
  progress.close();
  expect(writes).toEqual([]);
});
