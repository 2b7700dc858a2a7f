import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, parse as parseName, resolve } from 'node:path';
import { readCsv } from '@gradus/io';
import { DataError, meantName } from 'gradus';
import type { Table } from 'gradus/data';
import type { CommandContext } from '../context.ts';
import { inFile } from '../exitCode.ts';
import { type EmbeddedSet, embeddedSets } from './embedded.ts';
import { codeOf } from './failure.ts';
import { requireRoom } from './requireRoom.ts';

/** A table, and where it is from. */
export interface LoadedTable {
  readonly table: Table;
  /** What to call it: the file's name, or that of the embedded set. */
  readonly name: string;
  /** The absolute path of the file; undefined for embedded sets and standard input. */
  readonly path: string | undefined;
  readonly embedded: EmbeddedSet | undefined;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly hash: string;
}

/** What may stand for a table. */
export interface LoadOptions {
  /** Whether `-` is standard input; default false. */
  readonly standardInput?: boolean;
  /** Whether an embedded set will do; default false. */
  readonly embedded?: boolean;
  /** Whether a header without rows will do; default false. */
  readonly allowNoRows?: boolean;
}

/** Formats that have a well-known ending and are no table of text. */
const otherFormats: Readonly<Record<string, string>> = {
  '.json': 'JSON',
  '.ndjson': 'JSON lines',
  '.jsonl': 'JSON lines',
  '.xlsx': 'a spreadsheet',
  '.xls': 'a spreadsheet',
  '.ods': 'a spreadsheet',
};

/**
 * Read a table from a file, an embedded set, or standard input.
 *
 * @param source - A path, the name of an embedded set (a file of that name goes first), or `-` where allowed.
 * @throws DataError when there is no such file or it is no table; the message names the file.
 */
export async function loadTable(
  source: string,
  context: CommandContext,
  options: LoadOptions = {},
): Promise<LoadedTable> {
  if (source === '-' && options.standardInput === true) {
    const bytes = await context.readStandardInput();
    return { ...parse('standard input', bytes, '', options), path: undefined, embedded: undefined };
  }
  const path = resolve(context.folder, source);
  await requireRoom(path, basename(path));
  const bytes = await readFile(path).catch(async (error: unknown) => {
    const embedded = embeddedSets.find(({ name }) => name === source);
    if (embedded !== undefined && options.embedded === true) return embedded;
    throw await unreadable(source, path, error, options.embedded === true);
  });
  if (bytes instanceof Uint8Array)
    return { ...parse(basename(path), bytes, extname(path), options), path, embedded: undefined };
  return {
    ...parse(bytes.name, await readFile(bytes.path), '.csv', options),
    path: undefined,
    embedded: bytes,
  };
}

function parse(
  name: string,
  bytes: Uint8Array,
  extension: string,
  { allowNoRows = false }: LoadOptions,
): Pick<LoadedTable, 'table' | 'name' | 'hash'> {
  const ending = extension.toLowerCase();
  try {
    if (Object.hasOwn(otherFormats, ending)) {
      throw new DataError({
        received: `a file of ${otherFormats[ending]}`,
        expected: 'CSV or TSV',
        remedy: 'Save it as CSV first',
      });
    }
    const isTsv = ending === '.tsv' || ending === '.tab';
    const table = readCsv(bytes, { allowNoRows, ...(isTsv ? { delimiter: '\t' } : {}) });
    return { table, name, hash: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    throw inFile(name, error);
  }
}

async function unreadable(
  source: string,
  path: string,
  error: unknown,
  embedded: boolean,
): Promise<DataError> {
  const code = codeOf(error);
  const known = embedded ? ` or an embedded set (${embeddedSets.map(({ name }) => name).join(', ')})` : '';
  if (code === 'EISDIR') {
    return new DataError({
      received: `'${source}' is a folder`,
      expected: `a CSV or TSV file${known}`,
      remedy: 'Name a file in it',
    });
  }
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    const message = error instanceof Error ? error.message : String(error);
    return new DataError({
      received: `'${source}' cannot be read: ${code === 'EACCES' ? 'you have no permission' : message}`,
      expected: `a CSV or TSV file${known}`,
      remedy: 'Check its permissions and its disk, or copy it elsewhere',
    });
  }
  const beside = await readdir(dirname(path)).catch(() => []);
  const sets = embedded ? embeddedSets.map(({ name }) => name) : [];
  const nearest = meantName(basename(path), [...sets, ...beside]) ?? meantName(parseName(path).name, sets);
  return new DataError({
    received: `there is no file '${source}'`,
    expected: `a CSV or TSV file${known}`,
    remedy: nearest === undefined ? 'Check the path' : `Did you mean '${nearest}'?`,
  });
}
