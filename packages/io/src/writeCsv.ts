import type { Cell, Table } from 'gradus/data';

/**
 * Write a table as CSV: fields separated by commas, lines ended by `\n`, quotes only where a field needs
 * them, missing values as empty fields. `readCsv` gives the same texts back.
 *
 * @param table - the table
 * @returns the text of the file
 *
 * @example
 * import { tableFromColumns } from 'gradus/data';
 * import { writeCsv } from '@gradus/io';
 * writeCsv(tableFromColumns({ x: [1, 2], y: ['a, b', null] })); // 'x,y\n1,"a, b"\n2,\n'
 */
export function writeCsv(table: Table): string {
  const lines = [table.names.map(writeField).join(',')];
  const columns = table.names.map((name) => table.column(name));
  for (let row = 0; row < table.rowCount; row++) {
    const line = columns.map((cells) => writeField(cells[row])).join(',');
    // An empty line would be skipped by readers: a lone empty field needs its quotes.
    lines.push(line === '' ? '""' : line);
  }
  return `${lines.join('\n')}\n`;
}

function writeField(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  return /[",\r\n;\t|]|^\s|\s$|^\ufeff/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
