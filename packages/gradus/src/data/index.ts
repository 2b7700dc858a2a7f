export {
  type Cell,
  type DecimalSign,
  decimalSign,
  isMissing,
  missingTokens,
  readBoolean,
  readNumber,
  readText,
} from './cell.ts';
export { type LagMatrix, type LagOptions, lagMatrix } from './lagMatrix.ts';
export type { Matrix } from './matrix.ts';
export { Table, type TableOptions, tableFromColumns, tableFromRows } from './table.ts';
