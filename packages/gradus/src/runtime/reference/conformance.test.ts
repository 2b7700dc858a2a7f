import { describeExecutor } from '../../testing/conformance.ts';
import { ReferenceExecutor } from './executor.ts';

describeExecutor('reference float64', () => new ReferenceExecutor('float64'), { precision: 'float64' });
describeExecutor('reference float32', () => new ReferenceExecutor('float32'), { graphs: 100 });
