import { DataError } from 'gradus';

/** Longest text that every engine can hold as one string. */
const longestText = 500_000_000;

const signatures: readonly { readonly bytes: readonly number[]; readonly name: string }[] = [
  { bytes: [0x1f, 0x8b], name: 'a gzip file' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: 'a zip file (Excel workbooks are zip files too)' },
  { bytes: [0x50, 0x41, 0x52, 0x31], name: 'a Parquet file' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'a Zstandard file' },
  { bytes: [0x42, 0x5a, 0x68], name: 'a bzip2 file' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], name: 'a PNG picture' },
  { bytes: [0xff, 0xd8, 0xff], name: 'a JPEG picture' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], name: 'an old Excel workbook' },
  { bytes: [0x89, 0x48, 0x44, 0x46], name: 'an HDF5 file' },
  { bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], name: 'a NumPy file' },
  { bytes: [0x25, 0x50, 0x44, 0x46], name: 'a PDF document' },
  { bytes: [0xff, 0xfe], name: 'UTF-16 text' },
  { bytes: [0xfe, 0xff], name: 'UTF-16 text' },
];

/**
 * Decode the bytes of a text file as UTF-8; a byte order mark is removed.
 *
 * @param bytes - the whole file
 * @returns its text
 * @throws DataError for an empty, binary or compressed file (named by its signature), for bytes that are not
 *   UTF-8 (with offset and line) and for files above 500,000,000 bytes
 *
 * @example
 * import { decodeText } from '@gradus/io';
 * decodeText(new TextEncoder().encode('island')); // 'island'
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length === 0) {
    throw new DataError({
      received: 'the file is empty',
      expected: 'a header line and rows below it',
      remedy: 'Check that it was saved or sent whole.',
    });
  }
  const remedy = 'Save the table as CSV text in UTF-8.';
  const signature = signatures.find((known) => known.bytes.every((byte, index) => bytes[index] === byte));
  if (signature !== undefined) {
    throw new DataError({ received: `the file is ${signature.name}`, expected: 'text in UTF-8', remedy });
  }
  const zero = bytes.indexOf(0);
  if (zero !== -1) {
    throw new DataError({
      received: `the file is binary: byte ${zero} (line ${lineAt(bytes, zero)}) is zero`,
      expected: 'text in UTF-8',
      remedy,
    });
  }
  if (bytes.length > longestText) {
    throw new DataError({
      received: `the file has ${bytes.length} bytes`,
      expected: `at most ${longestText}`,
      remedy: 'Train on a sample of the rows, or leave columns out.',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const offset = firstInvalid(bytes);
    const hex = bytes[offset]?.toString(16).padStart(2, '0') ?? 'end of file';
    throw new DataError({
      received: `byte ${offset} (line ${lineAt(bytes, offset)}) is no UTF-8: 0x${hex}`,
      expected: 'text in UTF-8',
      remedy: 'Save the file as UTF-8; an older spreadsheet may have written Latin-1 or Windows-1252.',
    });
  }
}

function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let index = 0; index < offset; index++) if (bytes[index] === 10) line++;
  return line;
}

/** First byte of the first malformed sequence, by the table of well-formed UTF-8 (Unicode 15, table 3-7). */
function firstInvalid(bytes: Uint8Array): number {
  let index = 0;
  while (index < bytes.length) {
    const lead = bytes[index];
    if (lead < 0x80) {
      index++;
      continue;
    }
    const length = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : 4;
    if (lead < 0xc2 || lead > 0xf4) return index;
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let next = 1; next < length; next++) {
      const byte = bytes[index + next] ?? 0;
      if (byte < (next === 1 ? low : 0x80) || byte > (next === 1 ? high : 0xbf)) return index;
    }
    index += length;
  }
  return bytes.length;
}
