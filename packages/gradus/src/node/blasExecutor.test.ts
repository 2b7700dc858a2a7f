import { describeExecutor } from '../testing/conformance.ts';
import { createBlasExecutor } from './blasExecutor.ts';

describeExecutor('blas', () => createBlasExecutor(), { graphs: 100 });
