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

  /** The configuration, once it stands in the folder. */
  #config: Uint8Array | string | undefined;
  /** Called when the folder was removed by somebody and has been made again. */
  onRestored: () => void = () => undefined;

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
      if (present.length === 0) {
        await claim(path, wanted);
        return new RunFolder(path, wanted, made, context);
      }
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
  static existing(path: string, shown: string, configText: string, context: CommandContext): RunFolder {
    const folder = new RunFolder(path, shown, [], context);
    folder.#config = configText;
    return folder;
  }

  /** The path of a file. */
  file(name: RunFile): string {
    return join(this.path, runFiles[name]);
  }

  /** Write a file whole or not at all. */
  async write(name: RunFile, content: Uint8Array | string): Promise<void> {
    if (name !== 'config' && this.#config !== undefined && !(await this.holds('config'))) {
      await this.write('config', this.#config);
      this.onRestored();
    }
    const path = this.file(name);
    await makeFolders(dirname(path), dirname(path));
    await this.#writeFile(path, content);
    this.#written.add(path);
    if (name === 'config') this.#config = content;
  }

  /** Tell whether a file is there. */
  async holds(name: RunFile): Promise<boolean> {
    return stat(this.file(name)).then(
      (found) => found.isFile(),
      () => false,
    );
  }

  /** Remove the temporary files of writes that were cut short, by this run or by one that was killed. */
  async sweep(): Promise<void> {
    for (const folder of [this.path, dirname(this.file('checkpoint'))]) {
      for (const name of await readdir(folder).catch(() => [])) {
        if (isTemporary(name)) await rm(join(folder, name), { force: true }).catch(() => undefined);
      }
    }
  }

  /** Remove what this run has written, and the folders it made, if they are empty then. */
  async discard(): Promise<void> {
    await this.sweep();
    for (const path of this.#written) await rm(path, { force: true }).catch(() => undefined);
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

/** Whether a name is that of a file that `writeFileAtomically` has not put in its place. */
const isTemporary = (name: string): boolean => /^\.gradus-\d+-\d+\.tmp$/.test(name);

/** Take an empty folder for a run: of two that find it empty, one makes the folder of its checkpoints. */
async function claim(path: string, shown: string): Promise<void> {
  try {
    await mkdir(join(path, dirname(runFiles.checkpoint)));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw folderFailure(shown, error);
    throw new ArgumentError({
      received: `the folder '${shown}', which another run has just taken`,
      expected: 'a folder for this run alone',
      remedy: 'Choose another with --out',
    });
  }
}

/**
 * Make a folder with all above it; returns those that were not there, the outermost first. Step by step, as
 * `mkdir` with `recursive` never comes back in Node 20 where a folder refuses children as `/proc` does.
 */
async function makeFolders(path: string, shown: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = path; !(await isFolder(at)); at = dirname(at)) missing.unshift(at);
  const made: string[] = [];
  for (const folder of missing) {
    try {
      await mkdir(folder);
      made.push(folder);
    } catch (error) {
      // Another run may have made it meanwhile.
      if (codeOf(error) !== 'EEXIST' || !(await isFolder(folder))) throw folderFailure(shown, error);
    }
  }
  return made;
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
