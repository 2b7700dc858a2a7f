import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ArgumentError } from 'gradus';
import type { CommandContext } from '../context.ts';
import { codeOf, folderFailure } from './failure.ts';

/** What stands in a run folder. */
export const runFiles = {
  config: 'config.json',
  model: 'model.safetensors',
  report: 'report.html',
  metrics: 'metrics.json',
  history: 'history.ndjson',
  schema: 'schema.json',
  predictions: 'predictions-test.csv',
  checkpoint: join('checkpoints', 'last.safetensors'),
} as const;

/** Name of a file of a run folder. */
export type RunFile = keyof typeof runFiles;

/**
 * A folder that a run writes into. It knows what it has written, so that a run that fails can leave nothing behind.
 */
export class RunFolder {
  /** The absolute path. */
  readonly path: string;
  /** The path as a person would write it. */
  readonly shown: string;
  readonly #writeFile: CommandContext['writeFile'];
  readonly #written = new Set<string>();
  /** Folders that this run has made, the outermost first. */
  readonly #made: readonly string[];

  private constructor(path: string, shown: string, made: readonly string[], context: CommandContext) {
    this.path = path;
    this.shown = shown;
    this.#made = made;
    this.#writeFile = context.writeFile;
  }

  /**
   * Make the folder of a new run: `wanted`, or else `runs/<date>-<name>`, with a number behind it where that is taken.
   *
   * @throws ArgumentError where `wanted` is a folder with files in it; GradusError where it cannot be made.
   */
  static async make(wanted: string | undefined, name: string, context: CommandContext): Promise<RunFolder> {
    if (wanted !== undefined) {
      const path = resolve(context.folder, wanted);
      const made = await makeFolders(path, wanted);
      const present = await readdir(path);
      if (present.length === 0) return new RunFolder(path, wanted, made, context);
      throw new ArgumentError({
        received: `the folder '${wanted}' is not empty (it holds ${present.slice(0, 3).join(', ')}${present.length > 3 ? ', …' : ''})`,
        expected: 'a new or an empty folder for the run',
        remedy: 'Choose another with --out',
      });
    }
    const stem = `${isoDate(context.today())}-${slug(name)}`;
    const parents = await makeFolders(resolve(context.folder, 'runs'), 'runs');
    for (let number = 1; ; number++) {
      const shown = join('runs', number === 1 ? stem : `${stem}-${number}`);
      const path = resolve(context.folder, shown);
      try {
        await mkdir(path);
        return new RunFolder(path, shown, [...parents, path], context);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw folderFailure(shown, error);
      }
    }
  }

  /** Take up the folder of a run that was interrupted. */
  static existing(path: string, shown: string, context: CommandContext): RunFolder {
    return new RunFolder(path, shown, [], context);
  }

  /** The path of a file. */
  file(name: RunFile): string {
    return join(this.path, runFiles[name]);
  }

  /** Write a file whole or not at all. */
  async write(name: RunFile, content: Uint8Array | string): Promise<void> {
    const path = this.file(name);
    await makeFolders(dirname(path), dirname(path));
    this.#written.add(path);
    await this.#writeFile(path, content);
  }

  /** Remove a file, if it is there. */
  async remove(name: RunFile): Promise<void> {
    await rm(this.file(name), { force: true });
    await rmdir(dirname(this.file(name))).catch(() => undefined);
    this.#written.delete(this.file(name));
  }

  /** Remove what this run has written, but for the files named, and the folders it made, if they are empty then. */
  async discard(keep: readonly RunFile[] = []): Promise<void> {
    const kept = new Set(keep.map((name) => this.file(name)));
    for (const path of this.#written) {
      if (!kept.has(path)) await rm(path, { force: true }).catch(() => undefined);
    }
    await rmdir(dirname(this.file('checkpoint'))).catch(() => undefined);
    for (const path of [...this.#made].reverse()) await rmdir(path).catch(() => undefined);
  }

  /**
   * Remove a new run at once, as its process is killed, if it holds no checkpoint that it could go on from and nothing
   * of anyone else.
   */
  abandon(): void {
    const checkpoints = dirname(this.file('checkpoint'));
    try {
      const own = [runFiles.config, basename(checkpoints)];
      if (existsSync(this.file('checkpoint'))) return;
      if (readdirSync(this.path).some((name) => !own.includes(name))) return;
      // What is in there is a checkpoint half written.
      rmSync(checkpoints, { recursive: true, force: true });
      rmSync(this.file('config'), { force: true });
      for (const path of [...this.#made].reverse()) rmdirSync(path);
    } catch {
      // The folder above holds other runs, or nothing can be removed there.
    }
  }
}

/**
 * Make a folder with all above it; returns those that were not there, the outermost first. Step by step, as
 * `mkdir` with `recursive` never comes back in Node 20 where a folder refuses children as `/proc` does.
 */
async function makeFolders(path: string, shown: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = path; !(await isFolder(at)); at = dirname(at)) missing.unshift(at);
  try {
    for (const folder of missing) await mkdir(folder);
    return missing;
  } catch (error) {
    throw folderFailure(shown, error);
  }
}

/** Whether there is a folder; the root always is one. */
const isFolder = async (path: string): Promise<boolean> =>
  path === dirname(path) ||
  (await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  ));

const isoDate = (date: Date): string =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');

/** A name that every file system takes. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.[a-z]+$/, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40) || 'run';
