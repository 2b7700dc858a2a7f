export { type RowSplit, type SplitOptions, splitRows } from './splitRows.ts';
