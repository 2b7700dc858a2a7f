import { formatNumber } from '../format/number.ts';
import type { Machine } from './inspectMachine.ts';
import { type Measurement, networks } from './measureExecutors.ts';

/** What `gradus doctor` found. */
export interface Diagnosis {
  readonly machine: Machine;
  readonly measured: readonly Measurement[];
  readonly conclusion: readonly string[];
}

const yes = (value: boolean): string => (value ? 'yes' : 'no');

const names: Readonly<Record<string, string>> = {
  accelerate: 'Accelerate',
  openblas: 'OpenBLAS',
  mkl: 'MKL',
  blis: 'BLIS',
};

/** Write seconds a step with the unit that fits. */
const formatStep = (seconds: number): string =>
  seconds < 1e-3 ? `${formatNumber(seconds * 1e6, 3)} µs` : `${formatNumber(seconds * 1e3, 3)} ms`;

const layersText = ({ layers, batch }: { readonly layers: readonly number[]; readonly batch: number }) =>
  `${layers.join('-')}, batches of ${batch}`;

/** Write a diagnosis for a person. */
export function doctorText({ machine, measured, conclusion }: Diagnosis): string {
  const lines = [
    'Machine',
    ...columns([
      ['Node', `${machine.node} on ${machine.platform} ${machine.architecture}`],
      ['Processor', [machine.processor, `${machine.cores} usable`].filter((part) => part !== '').join(', ')],
      ['WebAssembly', `SIMD ${yes(machine.simd)}, relaxed SIMD ${yes(machine.relaxedSimd)}`],
      ['Threads', threadsText(machine)],
      ...blasRows(machine),
    ]),
  ];
  if (measured.length > 0) {
    lines.push(
      '',
      'Measured, with whatever else runs now',
      ...columns([
        ['Executor', 'Threads', 'Products', 'Small network', 'Large network'],
        ...measured.map(({ name, threads, gflops, smallStep, largeStep }) => [
          name,
          String(threads),
          `${formatNumber(gflops, 3)} GFLOP/s`,
          `${formatStep(smallStep)} a step`,
          `${formatStep(largeStep)} a step`,
        ]),
      ]),
      `  (products of 512 × 512 matrices; small: ${layersText(networks.small)}; large: ${layersText(networks.large)})`,
    );
  }
  lines.push('', 'Conclusion', ...conclusion.map((sentence) => `  ${sentence}`));
  return `${lines.join('\n')}\n`;
}

function threadsText({ cores, sharedMemory, mayStartThreads }: Machine): string {
  if (!mayStartThreads) return 'no: node --permission forbids them';
  return sharedMemory ? `up to ${cores}` : 'no: memory cannot be shared';
}

function blasRows({ blas }: Machine): string[][] {
  if (blas.libraries.length === 0) return [['BLAS', blas.isOff ? 'off' : 'none']];
  return blas.libraries.flatMap(({ name, path, version, coreType }, i) => {
    // OpenBLAS tells its name and the options of its build, too.
    const number = version === undefined ? undefined : /\d+(\.\d+)+/.exec(version)?.[0];
    const title = [names[name] ?? name, number].filter((part) => part !== undefined).join(' ');
    const kernels = coreType === undefined ? '' : `, kernels for ${coreType}`;
    return [
      [i === 0 ? 'BLAS' : '', `${title}${kernels}`],
      ['', path],
    ];
  });
}

/** Align cells in columns. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i])).join('   ')}`.trimEnd());
}
