export { type BlasExecutorOptions, createBlasExecutor } from './blasExecutor.ts';
export { writeFileAtomically } from './files.ts';
