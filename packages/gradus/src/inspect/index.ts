export {
  type ColumnImportance,
  type PermutationImportanceOptions,
  permutationImportance,
} from './permutationImportance.ts';
