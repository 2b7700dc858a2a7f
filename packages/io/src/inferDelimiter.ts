import Papa from 'papaparse';

/** Characters that may stand between fields. */
export type Delimiter = ',' | ';' | '\t' | '|';

const candidates: readonly Delimiter[] = [',', ';', '\t', '|'];

/**
 * Infer which character separates the fields: the one by which most of the first 50 records have as many
 * fields as the header; among equals the one that makes most fields, then the first of `, ; tab |`.
 *
 * @param text - the text of the file
 * @param newline - the line end
 * @returns the delimiter; a comma where the text has one column
 *
 * @example
 * import { inferDelimiter } from '@gradus/io';
 * inferDelimiter('a;b\n1,5;2', '\n'); // ';'
 */
export function inferDelimiter(text: string, newline: '\n' | '\r'): Delimiter {
  let best: Delimiter = ',';
  let bestShare = 0;
  let bestFields = 1;
  for (const delimiter of candidates) {
    const { data } = Papa.parse<string[]>(text.slice(0, 262_144), { delimiter, newline, preview: 50 });
    const records = data.filter((record) => record.length > 1 || record[0].trim() !== '');
    const fields = records[0]?.length ?? 0;
    if (fields < 2) continue;
    const share = records.filter((record) => record.length === fields).length / records.length;
    if (share > bestShare || (share === bestShare && fields > bestFields)) {
      best = delimiter;
      bestShare = share;
      bestFields = fields;
    }
  }
  return best;
}
