export { describeSchema } from './describeSchema.ts';
export type {
  BooleanEncoding,
  CategoryEncoding,
  Encoding,
  EncodingOptions,
  NumberEncoding,
} from './encoding.ts';
export { inferSchema, type SchemaOptions } from './inferSchema.ts';
export { type FeatureMatrix, Preprocessor, rowsWithTarget, type TargetScale } from './preprocessor.ts';
export type { PreprocessorJson } from './preprocessorJson.ts';
export type {
  ClassTarget,
  ColumnKind,
  ColumnSchema,
  DroppedColumn,
  DropReason,
  LabelKind,
  NumberTarget,
  Schema,
  Task,
} from './schema.ts';
