import type { Callback } from '../train/callbacks.ts';
import type { NamedTensor } from '../train/state.ts';
import { requireCount, requireOptions } from '../util/options.ts';
import { type Finding, updateFindings } from './findings.ts';
import type { LayerProbe, LayersReport } from './layerProbe.ts';

/** Options of `monitorTraining`. */
export interface MonitorOptions {
  /** Measure every so many steps. Default 10. */
  readonly everySteps?: number | undefined;
  /** Inspects the layers each time; made by `layerProbe`. Default none: only updates are measured. */
  readonly probe?: LayerProbe | undefined;
}

/** What was measured after a step. */
export interface MonitorRecord {
  /** The step, counted from 1. */
  readonly step: number;
  /**
   * ‖Δw‖/‖w‖ of the step, by the name of the parameter: `dense/kernel`. Without vectors, such as biases, which start
   * at 0, and without parameters that did not change, such as those of frozen layers.
   */
  readonly updateRatios: Readonly<Record<string, number>>;
  /** The report of the probe after the step. */
  readonly layers?: LayersReport;
}

/** A callback that measures and does not change the training. */
export interface TrainingMonitor extends Callback {
  /** The records, in the order of the steps; a new training clears them. */
  readonly records: readonly MonitorRecord[];
  /** What is wrong: the last findings of the probe, and updates that are too small or too large. */
  findings(): Finding[];
}

/**
 * Monitor a training: every few steps, measure how much a step changes the weights and inspect the layers with a probe.
 *
 * The ratio ‖Δw‖/‖w‖ of a parameter is usually about 1e-3; one far below or above points at the learning rate
 * (Stanford CS231n, notes on neural networks 3).
 *
 * @param options - How often, and a probe.
 * @returns A callback for `fit`, with records and findings.
 * @throws ArgumentError for everySteps below 1.
 * @example
 * import { dense, sequential, sgd } from 'gradus';
 * import { monitorTraining } from 'gradus/inspect';
 * const model = sequential([dense(1, { useBias: false, kernelInitializer: 'ones' })]);
 * const monitor = monitorTraining({ everySteps: 2 });
 * const data = { x: [[1]], y: [0] };
 * // w ← w − 2ηw: a step changes w by 2η of its size.
 * const optimizer = sgd({ learningRate: 0.25 });
 * await model.fit(data, { loss: 'meanSquaredError', optimizer, epochs: 4, callbacks: [monitor] });
 * monitor.records; // [{ step: 2, updateRatios: { 'dense/kernel': 0.5 } }, { step: 4, updateRatios: { 'dense/kernel': 0.5 } }]
 * monitor.findings()[0].kind; // 'largeUpdates'
 */
export function monitorTraining(options: MonitorOptions = {}): TrainingMonitor {
  requireOptions(options, { everySteps: true, probe: true }, 'monitorTraining');
  const { everySteps = 10, probe } = options;
  requireCount('everySteps', everySteps, 1);
  let records: MonitorRecord[] = [];
  let before: { readonly step: number; readonly parameters: readonly NamedTensor[] } | undefined;
  return {
    name: 'monitorTraining',
    get records() {
      return records;
    },
    onStart() {
      records = [];
      before = undefined;
    },
    // The weights of a measured step and of the step before it give the update.
    nextStep(step) {
      const next = everySteps * Math.floor(step / everySteps) + everySteps;
      return next - 1 > step ? next - 1 : next;
    },
    onStep(step, control) {
      const parameters = control.snapshot();
      if (step % everySteps === 0) {
        const updateRatios = before?.step === step - 1 ? ratiosOf(before.parameters, parameters) : {};
        records.push({ step, updateRatios, ...(probe && { layers: probe.inspect() }) });
      }
      before = { step, parameters };
    },
    findings() {
      const ratios = new Map<string, number[]>();
      for (const { updateRatios } of records) {
        for (const [name, ratio] of Object.entries(updateRatios))
          ratios.set(name, [...(ratios.get(name) ?? []), ratio]);
      }
      return [...(records.at(-1)?.layers?.findings ?? []), ...updateFindings(ratios)];
    },
  };
}

function ratiosOf(before: readonly NamedTensor[], after: readonly NamedTensor[]): Record<string, number> {
  return Object.fromEntries(
    before.flatMap(({ name, shape, values }, k): [string, number][] => {
      if (shape.length < 2) return [];
      let [change, size] = [0, 0];
      values.forEach((w, i) => {
        const difference = after[k].values[i] - w;
        change += difference * difference;
        size += w * w;
      });
      return size > 0 && change > 0 ? [[name, Math.sqrt(change / size)]] : [];
    }),
  );
}
