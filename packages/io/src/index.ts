export { decodeText } from './decodeText.ts';
export { type Delimiter, inferDelimiter } from './inferDelimiter.ts';
export { type CsvOptions, readCsv } from './readCsv.ts';
export { writeCsv } from './writeCsv.ts';
