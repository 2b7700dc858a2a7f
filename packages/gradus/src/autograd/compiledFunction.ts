import { compile } from '../compile/compile.ts';
import type { Program } from '../compile/program.ts';
import type { StepOptimizer } from '../optim/optimizer.ts';
import type { ParameterStore, Session } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { type Leaf, requireSlope, type Traced } from './trace.ts';

const ONE_ROW = { steps: 1, batchSize: 1, rowCount: 1 } as const;

/** A scalar function compiled for one combination of shapes, in float64: its arguments are the trained parameters. */
export class CompiledFunction {
  readonly store: ParameterStore;
  private readonly program: Program;
  private readonly session: Session;

  /** @param optimizer - The optimizer whose update ends the program. Default none. */
  constructor(traced: Traced, leaves: readonly Leaf[], optimizer?: StepOptimizer) {
    const specs = leaves
      .filter(({ flat }) => flat.dataType === 'float')
      .map(({ path, flat: { shape } }) => ({ name: path, shape, trainable: true }));
    const layout = new StoreLayout(specs);
    const executor = new ReferenceExecutor('float64');
    this.program = compile({
      loss: traced.result,
      trainable: specs.map(({ name }) => name),
      ...(optimizer && {
        update: {
          rule: optimizer.rule,
          scalarsPerRun: optimizer.scalarsPerRun,
          runs: layout.updateRuns(optimizer.constants),
        },
      }),
    });
    requireSlope(traced, this.program.unreached);
    this.store = executor.createStore(layout, optimizer?.slots ?? 0);
    this.session = executor.createSession(this.program, { store: this.store, rowCapacity: 1 });
  }

  /** Write the arguments. */
  write(leaves: readonly Leaf[]): void {
    for (const { path, flat } of leaves) {
      if (flat.dataType === 'float') this.store.write(path, flat.values);
      else if (this.program.inputs.has(path)) this.session.write(path, flat.values);
    }
  }

  /** Compute the value, and the gradients into the store. One that is not finite is an answer here, not a failure. */
  value(): number {
    this.session.start({ ...ONE_ROW, range: 'valueAndGradient' });
    this.session.advance();
    return this.session.records[0];
  }

  /** Change the arguments by the update rule, after `value`. */
  update(scalars: readonly number[]): void {
    this.session.start({ ...ONE_ROW, range: 'update', scalars: Float64Array.from(scalars) });
    this.session.advance();
  }

  /** Copy out an argument's values, or its gradient; labels have gradient 0. */
  read({ path, flat }: Leaf, region: 'parameter' | 'gradient'): ArrayLike<number> {
    if (flat.dataType === 'float') return this.store.read(path, region);
    return region === 'parameter' ? flat.values : new Float64Array(flat.values.length);
  }
}
