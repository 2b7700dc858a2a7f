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
export { nearestName, suggestName } from './nearestName.ts';
export { Table, type TableOptions, tableFromColumns, tableFromRows } from './table.ts';
