import { compile } from '../compile/compile.ts';
import type { Matrix } from '../data/matrix.ts';
import { isOp } from '../graph/attributes.ts';
import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import { reachableNodes, type Tensor } from '../graph/tensor.ts';
import { chooseExecutor } from '../models/fit/executor.ts';
import type { ComputeOptions, EvaluationOptions } from '../models/fit/options.ts';
import { checkWeighed } from '../models/fit/plan.ts';
import { type Checked, load, release } from '../models/inputs/checkedData.ts';
import type { Dataset } from '../models/inputs/inputs.ts';
import type { Targets } from '../models/inputs/targets.ts';
import { insideOf, type Model } from '../models/model.ts';
import { lossGraph } from '../models/network/graphs.ts';
import { resolveLoss } from '../nn/losses/named.ts';
import type { Data, ParameterStore, Reals, Session } from '../runtime/executor.ts';
import { writeTensors } from '../train/state.ts';
import { requireCount, requireOptions } from '../util/options.ts';
import { type Finding, findingsOf } from './findings.ts';
import type { LayerReport, ParameterReport } from './layerReport.ts';
import { summarize } from './statistics.ts';

/** Options of `inspectLayers` and `layerProbe`. */
export interface LayerProbeOptions extends ComputeOptions {
  /** The loss whose gradients are computed, as in `fit`. */
  readonly loss: EvaluationOptions['loss'];
  /** How many rows to use, spread evenly over the data. Default 256, or all if there are fewer. */
  readonly rows?: number | undefined;
  /** The seed of dropout and noise. Default 0. */
  readonly seed?: number | undefined;
}

/** The state of the layers of a model. */
export interface LayersReport {
  /** The loss of the inspected rows. */
  readonly loss: number;
  /** How many rows were inspected. */
  readonly rows: number;
  /** The layers in the order of their calls. */
  readonly layers: readonly LayerReport[];
  /** What is wrong and what to do; empty for a healthy model. */
  readonly findings: readonly Finding[];
}

/** Inspects a model repeatedly, also during training. */
export interface LayerProbe {
  /** Compute a report with the weights as they are now. */
  inspect(): LayersReport;
  /** Free the memory now rather than with the garbage collector. */
  dispose(): void;
}

const known = { loss: true, rows: true, seed: true, numerics: true, threads: true, executor: true } as const;

/** What a step tells about one call of a layer. */
interface Watched {
  readonly layer: string;
  readonly type: string;
  readonly value: Tensor;
  readonly isOutput: boolean;
}

/**
 * Inspect a model once: the size of the outputs and gradients of its layers on some rows, dead and saturated units, and
 * what that means. Computes one training step, with dropout and batch statistics; the model does not change. A model
 * without weights draws them, as `predict` does.
 *
 * @param model - A model that knows the shape of its input.
 * @param data - Inputs and targets.
 * @param options - Loss, number of rows, executor.
 * @returns Statistics of every layer, and findings.
 * @throws DataError and ShapeError for data that does not fit, ArgumentError for invalid options.
 * @example
 * import { dense, sequential, zeros } from 'gradus';
 * import { inspectLayers } from 'gradus/inspect';
 * const hidden = dense(3, { activation: 'tanh', kernelInitializer: zeros() });
 * const model = sequential([hidden, dense(1, { kernelInitializer: zeros() })], { inputShape: [2] });
 * const data = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] };
 * const { findings } = await inspectLayers(model, data, { loss: 'binaryCrossEntropy' });
 * findings[0].kind; // 'identicalUnits'
 */
export async function inspectLayers(
  model: Model,
  data: Dataset,
  options: LayerProbeOptions,
): Promise<LayersReport> {
  const probe = await layerProbe(model, data, options);
  try {
    return probe.inspect();
  } finally {
    probe.dispose();
  }
}

/**
 * Prepare to inspect a model repeatedly, as `inspectLayers` does once: give the probe to `monitorTraining`, or call it
 * between trainings.
 *
 * @param model - A model that knows the shape of its input.
 * @param data - Inputs and targets.
 * @param options - Loss, number of rows, executor.
 * @returns The probe.
 * @throws DataError and ShapeError for data that does not fit, ArgumentError for invalid options.
 * @example
 * import { dense, sequential } from 'gradus';
 * import { layerProbe } from 'gradus/inspect';
 * const model = sequential([dense(1, { kernelInitializer: 'ones' })], { inputShape: [2] });
 * const probe = await layerProbe(model, { x: [[1, 2]], y: [3] }, { loss: 'meanSquaredError' });
 * probe.inspect().layers[0].activations.mean; // 3
 */
export async function layerProbe(
  model: Model,
  data: Dataset,
  options: LayerProbeOptions,
): Promise<LayerProbe> {
  requireOptions(options, known, 'inspectLayers');
  const { seed = 0 } = options;
  requireCount('rows', options.rows ?? 1, 1);
  const loss = resolveLoss(options.loss);
  const { network, weights } = insideOf(model);
  const all = checkWeighed(network, data, loss);
  const rows = Math.min(options.rows ?? 256, all.rows);
  const chosen = Int32Array.from({ length: rows }, (_, i) => Math.floor((i * all.rows) / rows));

  const { architecture } = network;
  const graph = lossGraph(network, loss, all.targets, true, all.weights && 'rows');
  const watched = architecture.calls.map((call, i): Watched => {
    const { name, definition } = architecture.layers[call.layer];
    const place = architecture.inputs.length + i;
    return {
      layer: name,
      type: definition.type,
      value: graph.values[place],
      isOutput: place === architecture.output,
    };
  });
  const trained = reachableNodes([graph.loss]).flatMap((node) =>
    isOp(node, 'parameter') && network.parameters.get(node.attributes.name)?.trainable !== false
      ? [{ name: node.attributes.name, tensor: node.outputs[0] }]
      : [],
  );
  const wanted = [...watched.map(({ value }) => value), ...trained.map(({ tensor }) => tensor)];
  const gradients = differentiate(new Map([[graph.loss, $.constant(1)]]), wanted);
  const named = wanted.map((tensor, i): [string, Tensor | undefined][] => [
    [`value ${i}`, i < watched.length ? tensor : undefined],
    [`gradient ${i}`, gradients[i]],
  ]);
  const outputs = Object.fromEntries(
    named.flat().filter((entry): entry is [string, Tensor] => entry[1] !== undefined),
  );
  const program = compile({ records: { loss: graph.loss }, outputs, gathered: true });
  const executor = chooseExecutor(options, weights);
  const store = weights.copyOn(executor);
  const session = executor.createSession(program, { store, rowCapacity: rows, seed });
  const loaded = load(executor, pickRows(all, chosen));
  for (const [name, table] of loaded) if (program.inputs.has(name)) session.bind(name, table);

  const read = (name: string): Reals | undefined => (name in outputs ? session.read(name) : undefined);
  return {
    inspect() {
      writeTensors(store, weights.read());
      session.start({ steps: 1, batchSize: rows, rowCount: rows });
      session.advance();
      const layers = watched.map((call, i): LayerReport => {
        const own = [...network.parameters].filter(([name]) => name.startsWith(`${call.layer}/`));
        const parameters = own.flatMap(([path, { trainable = true }]): ParameterReport[] => {
          if (!trainable) return [];
          const at = trained.findIndex(({ name }) => name === path);
          const gradient = at < 0 ? undefined : read(`gradient ${watched.length + at}`);
          return [
            {
              name: path.slice(call.layer.length + 1),
              values: summarize(store.read(path)),
              gradient: gradient && summarize(gradient),
            },
          ];
        });
        return { ...reportOf(call, session.read(`value ${i}`), read(`gradient ${i}`), store), parameters };
      });
      return { loss: session.records[0], rows, layers, findings: findingsOf(layers, rows) };
    },
    dispose() {
      disposeAll(session, store, loaded);
    },
  };
}

function disposeAll(session: Session, store: ParameterStore, loaded: ReadonlyMap<string, Data>): void {
  session.dispose();
  store.dispose();
  release(loaded);
}

/** Select rows of checked data. */
function pickRows({ matrices, targets, weights }: Checked, rows: Int32Array): Checked {
  const pick = <T extends Matrix['values'] | Targets['values']>(values: T, width: number): T => {
    const picked = values.slice(0, rows.length * width) as T;
    rows.forEach((row, i) => {
      picked.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return picked;
  };
  return {
    rows: rows.length,
    matrices: new Map(
      [...matrices].map(([name, matrix]) => [
        name,
        { ...matrix, rows: rows.length, values: pick(matrix.values, matrix.width) },
      ]),
    ),
    targets: { ...targets, values: pick(targets.values, targets.width) } as Targets,
    weights: weights && pick(weights, 1),
  };
}

/** The slope of sigmoid, y(1 − y), is at most 1/4, that of tanh, 1 − y², at most 1; flat is less than a tenth of it. */
const isFlat: Readonly<Record<string, (y: number) => boolean>> = {
  sigmoid: (y) => y * (1 - y) < 0.025,
  tanh: (y) => 1 - y * y < 0.1,
};

function reportOf(
  { layer, type, value, isOutput }: Watched,
  values: Reals,
  gradients: Reals | undefined,
  store: ParameterStore,
): Omit<LayerReport, 'parameters'> {
  const units = value.shape[value.rank - 1];
  const activation = isOp(value.node, 'activation') ? value.node.attributes.function : undefined;
  const flat = activation === undefined ? undefined : isFlat[activation];
  return {
    layer,
    type,
    activation,
    isOutput,
    units,
    activations: summarize(values),
    gradients: gradients && summarize(gradients),
    deadUnits: activation === 'relu' ? shareOfDead(values, units) : undefined,
    saturated: flat && shareOf(values, flat),
    hasIdenticalUnits: units > 1 && hasIdenticalUnits(store, layer, units),
  };
}

function shareOf(values: Reals, holds: (value: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (holds(values[i])) count++;
  return count / Math.max(1, values.length);
}

function shareOfDead(values: Reals, units: number): number {
  const isAlive = new Uint8Array(units);
  values.forEach((y, i) => {
    if (y !== 0) isAlive[i % units] = 1;
  });
  return 1 - isAlive.reduce((sum, alive) => sum + alive, 0) / units;
}

/** Whether all units have the same weights in every parameter with a last axis of units, at least one of them a matrix. */
function hasIdenticalUnits(store: ParameterStore, layer: string, units: number): boolean {
  const own = store.layout.segments.filter(
    ({ name, shape, trainable }) => trainable && name.startsWith(`${layer}/`) && shape.at(-1) === units,
  );
  return (
    own.some(({ shape }) => shape.length > 1) &&
    own.every(({ name }) => store.read(name).every((x, i, values) => x === values[i - (i % units)]))
  );
}
