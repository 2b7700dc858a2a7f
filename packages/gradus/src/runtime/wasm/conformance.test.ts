import { describeExecutor } from '../../testing/conformance.ts';
import { builds } from '../../testing/machine.ts';
import { createWasmExecutor } from './executor.ts';

for (const numerics of builds) {
  describeExecutor(`wasm ${numerics}`, () => createWasmExecutor({ numerics }));
}
