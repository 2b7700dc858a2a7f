import { platform } from '#platform';
import type { Program } from '../../compile/program.ts';
import type { Executor } from '../../runtime/executor.ts';
import { createWasmExecutor, WasmExecutor } from '../../runtime/wasm/executor.ts';
import { fastBuildSupported } from '../../runtime/wasm/memory/module.ts';
import type { ProductLibrary } from '../../runtime/wasm/threads/external.ts';
import { ArgumentError, UnsupportedError } from '../../util/errors.ts';
import { describeValue } from '../../util/options.ts';
import type { Weights } from '../network/weights.ts';
import type { ComputeOptions } from './options.ts';

/**
 * Multiply-adds of a step's products from which a BLAS is loaded: below, a step takes about 0.1 ms in WebAssembly, and
 * loading a BLAS as long as hundreds of steps (decision 0025).
 */
export const WORTH_BLAS = 4e6;

/** What an executor is chosen by. */
type Standing = Pick<Weights, 'executor' | 'numerics'>;

/** Give the executor that options ask for; otherwise the one the model is on, or one that computes as its training did. */
export function chooseExecutor(options: ComputeOptions, standing: Standing): Executor {
  const { numerics, threads, executor } = options;
  if (typeof executor === 'object' && executor !== null) return ownExecutor(executor, options);
  requireChoice(options);
  if (executor === 'blas') return blasExecutor(requireLibrary(), threads);
  const { executor: last } = standing;
  if (numerics === undefined && executor !== 'wasm' && last !== undefined) {
    if (threads === undefined || !(last instanceof WasmExecutor)) return last;
    return last.withThreads(threads);
  }
  return createWasmExecutor({ numerics: numerics ?? standing.numerics ?? 'fast', threads });
}

/** The executor that a training runs on. */
export interface TrainingExecutor {
  readonly executor: Executor;
  /** How to get a BLAS, where one would pay and none is there. */
  readonly hint: string | undefined;
}

/**
 * Choose the executor of a training whose program is known. It depends on options, program and rows alone, so that the
 * same training has the same bits in every run on a machine.
 *
 * @param resumed - The executor that a resumed run began on, by its name.
 */
export function chooseForTraining(
  options: ComputeOptions,
  standing: Standing,
  program: Program,
  rows: number,
  resumed: string | undefined,
): TrainingExecutor {
  const { executor = 'auto', numerics, threads } = options;
  const isOpen = executor === 'auto' && numerics === undefined && standing.executor === undefined;
  const isPortable = standing.numerics === 'portable';
  if (!isOpen || isPortable || resumed?.startsWith('wasm') === true)
    return { executor: chooseExecutor(options, standing), hint: undefined };
  requireChoice(options);
  if (resumed?.startsWith('blas') === true)
    return { executor: blasExecutor(requireLibrary(), threads), hint: undefined };
  const wasm = { executor: chooseExecutor(options, standing), hint: undefined };
  if (productWork(program, rows) < WORTH_BLAS) return wasm;
  const library = platform.findProductLibrary();
  if (library === undefined) return wasm;
  if ('problem' in library) {
    const hint = `With a BLAS this network would train about twice as fast. ${library.problem}`;
    return { ...wasm, hint };
  }
  // A library that only one thread may call is no match for several threads of kernels.
  return library.thread === undefined ? wasm : { executor: blasExecutor(library, threads), hint: undefined };
}

/** Multiply-adds of a program's matrix products, for so many rows. */
export function productWork(program: Program, rows: number): number {
  const sizeOf = (id: number): number =>
    program.buffers[id].shape.reduce((size, n) => size * (n < 0 ? -n * rows : n), 1);
  return program.instructions.reduce((work, { op, inputs, outputs }) => {
    if (!op.startsWith('matmul')) return work;
    // [m, k]·[k, n] → [m, n]: √(mk · kn · mn) = mkn.
    return work + Math.sqrt(sizeOf(inputs[0]) * sizeOf(inputs[1]) * sizeOf(outputs[0]));
  }, 0);
}

const blasExecutor = (library: ProductLibrary, threads: number | undefined): WasmExecutor =>
  new WasmExecutor(
    fastBuildSupported() ? 'fast' : 'portable',
    library.thread === undefined ? 1 : threads,
    library,
  );

function requireLibrary(): ProductLibrary {
  const library = platform.findProductLibrary();
  if (library !== undefined && !('problem' in library)) return library;
  throw new UnsupportedError({
    received: `executor: 'blas'${library === undefined ? ' in a browser' : ` (${library.problem.replace(/\.$/, '')})`}`,
    expected: 'Node with koffi and a BLAS',
    remedy: "Leave executor out, or write 'wasm'",
  });
}

function ownExecutor(executor: Executor, { numerics, threads }: ComputeOptions): Executor {
  if (threads !== undefined || numerics !== undefined) {
    throw new ArgumentError({
      received: `${threads === undefined ? 'numerics' : 'threads'} together with an executor`,
      expected: 'one of them',
      remedy: 'Give the executor its own when it is made',
    });
  }
  if ('createSession' in executor) return executor;
  throw wrongExecutor(executor);
}

/** Refuse a choice that is none, and a BLAS that should give the same bits on every machine. */
function requireChoice({ executor, numerics }: ComputeOptions): void {
  if (executor === 'blas' && numerics !== undefined) {
    throw new ArgumentError({
      received: `executor: 'blas' together with numerics: '${numerics}'`,
      expected: 'one of them: a BLAS gives the same bits on one machine only',
      remedy: 'Leave one of the two out',
    });
  }
  if (executor === undefined || executor === 'auto' || executor === 'wasm' || executor === 'blas') return;
  throw wrongExecutor(executor);
}

const wrongExecutor = (executor: unknown): ArgumentError =>
  new ArgumentError({
    received: `the executor ${describeValue(executor)}`,
    expected:
      "'auto', 'wasm', 'blas', or what createWasmExecutor(), createBlasExecutor() or new ReferenceExecutor() gives",
  });
