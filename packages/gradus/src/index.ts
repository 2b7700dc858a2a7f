// Models and all that describes and trains them. The other entries of the package are folders: package.json lists them.
export * from './models/index.ts';
export * from './nn/index.ts';
export * from './optim/index.ts';
export type { Executor } from './runtime/executor.ts';
export { ReferenceExecutor } from './runtime/reference/executor.ts';
export { createWasmExecutor, type WasmExecutorOptions } from './runtime/wasm/executor.ts';
export * from './train/index.ts';
export {
  ArgumentError,
  DataError,
  type ErrorClauses,
  type ErrorCode,
  GradusError,
  IncompatibleError,
  ShapeError,
  ThreadError,
  UnsupportedError,
} from './util/errors.ts';
export { MersenneTwister } from './util/mersenneTwister.ts';
// What reads names that people type, such as a command, suggests the same ones as the library.
export { meantName } from './util/options.ts';
export { createStream, type RandomStream, type RandomStreamState, type StreamName } from './util/random.ts';
// What prints names from data and files, such as a command, shows them as the library's messages do.
export { visibleText } from './util/visibleText.ts';
export { version } from './version.ts';
