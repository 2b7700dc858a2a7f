import { slotsOf } from '../../optim/optimizer.ts';
import type { Data, Executor, ParameterStore, Session } from '../../runtime/executor.ts';
import { validationName } from '../../train/metrics.ts';
import { Minimizer } from '../../train/minimizer.ts';
import type { Measures } from '../../train/task.ts';
import { type Checked, load, type Workplace } from '../inputs/checkedData.ts';
import { lossGraph } from '../network/graphs.ts';
import type { FitRequest } from './check.ts';
import type { CompiledFit } from './compile.ts';
import { prepareMeasuring } from './measure.ts';
import type { RowPlan } from './plan.ts';

/** A training that can begin: data and weights lie in the executor's memory, and programs are bound to them. */
export interface OpenFit {
  readonly store: ParameterStore;
  readonly session: Session;
  /** The training data by the names of the inputs. */
  readonly inputs: ReadonlyMap<string, Data>;
  /** Runs instead of steps, where the optimizer sees the whole data. */
  readonly minimizer: Minimizer | undefined;
  /** Measures after each epoch; undefined when there is nothing to measure. */
  readonly measuring: EpochMeasuring | undefined;
}

/** What is measured after each epoch. */
interface EpochMeasuring {
  /** The names of the metrics, as the history has them. */
  readonly names: readonly string[];
  measure(): Promise<Measures>;
}

/** What takes memory until the training is over. */
type Resources = { dispose(): void }[];

/**
 * Move data to the executor, let the training hold the weights, and bind the programs.
 *
 * Nothing is waited for: what the caller does to the arrays afterwards no longer matters.
 *
 * @param resources - Receives what is to be disposed at the end, also when this fails.
 */
export function openFit(
  { executor, storeFor }: Workplace,
  request: FitRequest,
  plan: RowPlan,
  compiled: CompiledFit,
  resources: Resources,
): OpenFit {
  const { optimizer, seed, options } = request;
  const loadPart = (part: Checked): ReadonlyMap<string, Data> => {
    const loaded = load(executor, part);
    resources.push(...loaded.values());
    return loaded;
  };
  const inputs = loadPart(plan.data);
  const { validation } = plan;
  const measured =
    validation === undefined || validation.data === plan.data ? inputs : loadPart(validation.data);
  const store = storeFor(slotsOf(optimizer));
  const { program, blockRows } = compiled;
  const session = executor.createSession(program, { store, rowCapacity: blockRows, seed });
  resources.push(session);
  const minimizer =
    optimizer.kind === 'wholeData'
      ? new Minimizer({
          session,
          store,
          rows: plan.rows,
          settings: optimizer.settings,
          state: options.resume?.minimizer,
        })
      : undefined;
  const measuring = openMeasuring(executor, store, request, plan, compiled, measured, resources);
  return { store, session, inputs, minimizer, measuring };
}

/**
 * Prepare what is measured after each epoch: the validation rows or, without any, the training rows for metrics that
 * the step does not record.
 */
function openMeasuring(
  executor: Executor,
  store: ParameterStore,
  { network, loss, metrics, options }: FitRequest,
  plan: RowPlan,
  { recorded }: CompiledFit,
  data: ReadonlyMap<string, Data>,
  resources: Resources,
): EpochMeasuring | undefined {
  const { validation } = plan;
  const open = validation === undefined ? metrics.filter(({ name }) => !recorded.includes(name)) : metrics;
  if (validation === undefined && open.length === 0) return undefined;
  const part = validation ?? { data: plan.data, rows: plan.rows };
  const { targets, weights } = part.data;
  const measuring = prepareMeasuring({
    graph: lossGraph(network, loss, targets, false, weights && (options.meanOver ?? 'rows')),
    executor,
    store,
    loss,
    targets,
    data,
    rows: part.rows,
    metrics: open,
  });
  resources.push(measuring);
  const nameOf = (name: string): string => (validation === undefined ? name : validationName(name));
  return {
    names: open.map(({ name }) => nameOf(name)),
    async measure() {
      const result = await measuring.measure();
      const named = Object.entries(result.metrics).map(([name, value]) => [nameOf(name), value]);
      const validationLoss = validation === undefined ? {} : { validationLoss: result.loss };
      return { ...validationLoss, metrics: Object.fromEntries(named) };
    },
  };
}
