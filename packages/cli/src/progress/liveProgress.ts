import type { EpochEvent } from 'gradus';
import { formatDuration } from '../format/duration.ts';
import { formatCount, formatNumber } from '../format/number.ts';
import type { Progress, ProgressEvent, ProgressSettings, ProgressStream } from './progress.ts';
import { endText, spellOut } from './progressText.ts';
import { finiteRange, sparkline } from './sparkline.ts';
import { printable, textWidth, truncateText } from './textWidth.ts';

const redrawInterval = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseBelow = '\r\u001b[0J';

/**
 * Show training as one block that is redrawn in place, at most ten times a second. The block is drawn from events
 * only, so it needs no timer. `close` leaves the cursor visible and below the block, whatever has happened.
 */
export class LiveProgress implements Progress {
  readonly #stream: ProgressStream;
  readonly #settings: ProgressSettings;
  readonly #losses: number[] = [];
  readonly #validationLosses: number[] = [];
  readonly #stopWatchingExit: () => void;
  #epoch: EpochEvent | undefined;
  #best: EpochEvent | undefined;
  #epochs = 0;
  #started = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  /** Lines of the block as drawn, without colour; empty when nothing is drawn. */
  #drawn: readonly string[] = [];
  #cursorHidden = false;
  #closed = false;

  constructor(stream: ProgressStream, settings: ProgressSettings) {
    this.#stream = stream;
    this.#settings = settings;
    this.#started = settings.now();
    this.#stopWatchingExit = settings.onExit(() => this.#restoreCursor());
  }

  handle(event: ProgressEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'start':
        this.#started = this.#settings.now();
        this.#epochs = event.epochs;
        this.#draw();
        break;
      case 'epoch':
        this.#remember(event);
        if (this.#settings.now() - this.#drawnAt >= redrawInterval || event.epoch === event.epochs)
          this.#draw();
        break;
      case 'warning':
      case 'hint':
        this.#write(`${this.#erase()}${this.#paint('33', `${event.type}:`)} ${printable(event.message)}\n`);
        this.#drawn = [];
        this.#draw();
        break;
      case 'end':
        this.#draw();
        this.#write(`${printable(endText(event, this.#elapsed()))}\n`);
        this.#drawn = [];
        this.close();
        break;
    }
  }

  close(): void {
    if (this.#closed) return;
    // Whatever the throttle held back is shown before the block is left.
    if (this.#drawn.length > 0) this.#draw();
    this.#closed = true;
    this.#restoreCursor();
    this.#stopWatchingExit();
  }

  #remember(event: EpochEvent): void {
    this.#epoch = event;
    this.#epochs = event.epochs;
    if (event.best || this.#best === undefined) this.#best = event;
    this.#losses.push(event.loss);
    if (event.validationLoss !== undefined) this.#validationLosses.push(event.validationLoss);
  }

  #draw(): void {
    const columns = Math.max(10, this.#settings.columns() - 1);
    const lines = this.#lines(columns).map((line) => truncateText(line, columns));
    const hide = this.#cursorHidden ? '' : hideCursor;
    this.#cursorHidden = true;
    this.#write(`${hide}${this.#erase()}${lines.join('\n')}\n`);
    this.#drawn = lines;
    this.#drawnAt = this.#settings.now();
  }

  /** Go back to the top of the block. A terminal made narrower since has wrapped its lines, so rows are counted anew. */
  #erase(): string {
    if (this.#drawn.length === 0) return '';
    const columns = Math.max(1, this.#settings.columns());
    const rows = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)),
      0,
    );
    return `\u001b[${rows}A${eraseBelow}`;
  }

  #lines(columns: number): string[] {
    const done = this.#epoch?.epoch ?? 0;
    const lines = [this.#barLine(done, columns)];
    const event = this.#epoch;
    if (event === undefined) return lines;
    lines.push(...this.#lossLines(event, columns));
    const best = this.#best;
    if (best !== undefined) {
      const parts = [`epoch ${best.epoch}`];
      if (best.validationLoss !== undefined)
        parts.push(`validation loss ${formatNumber(best.validationLoss)}`);
      else parts.push(`loss ${formatNumber(best.loss)}`);
      for (const [name, value] of Object.entries(best.metrics))
        parts.push(`${spellOut(name)} ${formatNumber(value)}`);
      lines.push(`${this.#label('best')}${parts.join(', ')}`);
    }
    const rate = `learning rate ${formatNumber(event.learningRate)}, ${formatNumber(event.rowsPerSecond, 3)} rows/s, ${formatDuration(this.#elapsed())} so far`;
    lines.push(`${this.#label('speed')}${rate}`);
    return lines;
  }

  #barLine(done: number, columns: number): string {
    const total = Math.max(this.#epochs, done, 1);
    const remaining = done === 0 ? undefined : (this.#elapsed() / done) * (total - done);
    const eta = remaining === undefined || done >= total ? '' : `, at most ${formatDuration(remaining)} left`;
    const text = `${this.#label('epoch')}${formatCount(done)}/${formatCount(total)}${eta}`;
    const room = Math.min(32, columns - textWidth(text) - 2);
    if (room < 4) return text;
    const filled = Math.floor((done / total) * room);
    const [full, empty] = this.#settings.unicode ? ['━', '─'] : ['=', '-'];
    const bar = `${this.#paint('36', full.repeat(filled))}${this.#paint('2', empty.repeat(room - filled))}`;
    return `${this.#label('epoch')}${bar}  ${text.slice(labelColumns)}`;
  }

  #lossLines(event: EpochEvent, columns: number): string[] {
    // One scale for both, so that their heights can be compared.
    const scale = finiteRange(this.#losses, this.#validationLosses);
    const room = Math.min(32, Math.max(0, columns - 24));
    const line = (name: string, values: readonly number[], value: number): string => {
      const marks = sparkline(values, room, { unicode: this.#settings.unicode, scale });
      return `${this.#label(name)}${this.#paint(name === 'loss' ? '34' : '33', marks.padEnd(room))}  ${formatNumber(value)}`;
    };
    const lines = [line('loss', this.#losses, event.loss)];
    if (event.validationLoss !== undefined)
      lines.push(line('validation', this.#validationLosses, event.validationLoss));
    return lines;
  }

  #label(name: string): string {
    return name.padEnd(labelColumns);
  }

  #paint(code: string, text: string): string {
    return this.#settings.color && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  #elapsed(): number {
    return (this.#settings.now() - this.#started) / 1000;
  }

  #restoreCursor(): void {
    if (!this.#cursorHidden) return;
    this.#cursorHidden = false;
    this.#write(showCursor);
  }

  #write(text: string): void {
    this.#stream.write(text);
  }
}

const labelColumns = 12;
