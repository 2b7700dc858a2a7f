export { type MeasureProductsOptions, measureProducts } from '../runtime/productBenchmark.ts';
export type { BlasDescription } from './blas.ts';
export { type BlasExecutorOptions, createBlasExecutor } from './blasExecutor.ts';
export { writeFileAtomically } from './files.ts';
export { type BlasReport, describeBlas } from './findBlas.ts';
