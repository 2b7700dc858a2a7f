// For tests that make sessions of any program without waiting: all kernels are at hand.
import { loadFurther } from '../runtime/wasm/onDemand.ts';

await loadFurther();
