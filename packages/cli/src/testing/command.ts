import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from 'gradus/node';
import type { CommandContext } from '../context.ts';
import { run } from '../run.ts';

/** What a command left behind. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own to run commands in. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'gradus-cli-'));

  /** Put a file there; returns its name. */
  file(name: string, content: string | Uint8Array): string {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), content);
    return name;
  }

  /** All files in it, in order, as paths from it. */
  files(): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .sort();
  }

  /** All folders in it. */
  folders(): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .sort();
  }

  /** Run a command in it. */
  async run(argv: readonly string[], changes: Partial<CommandContext> = {}): Promise<CommandResult> {
    let stdout = '';
    let stderr = '';
    const code = await run(argv, {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      readStandardInput: async () => new Uint8Array(),
      environment: {},
      folder: this.folder,
      writeFile: writeFileAtomically,
      signal: new AbortController().signal,
      onExit: () => () => undefined,
      today: () => new Date(2026, 0, 31, 12),
      clock: () => performance.now(),
      ...changes,
    });
    return { code, stdout, stderr };
  }

  /** Remove it. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A table of two classes, that differ in `x`; `extra` may change any line. */
export function smallTable(
  rows = 60,
  change: (line: string, row: number) => string = (line) => line,
): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const row = index + 1;
    const x = (index % 2) * 3 + ((index * 7) % 10) / 10;
    return change(`${x},${(index * 13) % 17},${index % 2 === 0 ? 'left' : 'right'}`, row);
  });
  return `x,y,side\n${lines.join('\n')}\n`;
}
