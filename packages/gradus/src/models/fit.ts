import { withScope } from '../graph/tensor.ts';
import type { Loss } from '../nn/losses/index.ts';
import { gradientClipping } from '../optim/clipGradients.ts';
import { resolveOptimizer } from '../optim/named.ts';
import { slotsOf } from '../optim/optimizer.ts';
import { openSession } from '../runtime/executor.ts';
import { BLOCK_ROWS } from '../train/evaluate.ts';
import type { History, TrainingEvent } from '../train/events.ts';
import { Pace } from '../train/pace.ts';
import type { TrainingFingerprint } from '../train/state.ts';
import type { Measures } from '../train/task.ts';
import { runTraining } from '../train/trainer.ts';
import { allRows, batchOf, type Checked, check, countOf, load, type Workplace } from './checkedData.ts';
import { compileTraining, lossGraph, placesOf, WEIGHT } from './graphs.ts';
import type { Dataset } from './inputs.ts';
import type { Measuring, TrainingPlan } from './measure.ts';
import type { FitOptions } from './options.ts';
import { warnAboutOneClass, warnAboutSoftmax } from './warnings.ts';

/** The plan of a training that asks for nothing but its loss. */
const plainPlan = (data: Checked): TrainingPlan => ({
  rows: allRows(data.rows),
  held: undefined,
  metrics: [],
  weights: undefined,
  validationWeights: undefined,
});

/** Train a network on data. */
export async function fitNetwork(
  place: Workplace,
  dataset: Dataset,
  options: FitOptions & { readonly loss: Loss },
): Promise<History> {
  const { network, executor } = place;
  const start = new Pace(1);
  const { epochs = 1, seed = 0, shuffle = true, validation, callbacks = [], meanOver = 'rows' } = options;
  const { loss, signal, checkpoint, resume, order, clipGradient } = options;
  const warnings: string[] = [];
  const onEvent = (event: TrainingEvent): void => {
    if (event.type === 'warning') warnings.push(event.message);
    options.onEvent?.(event);
  };
  const data = check(network, dataset, loss);
  const apart = typeof validation === 'object' ? check(network, validation, loss) : undefined;
  const { targets } = data;
  const toDispose: { dispose(): void }[] = [];
  const loadAll = (part: Checked) => {
    const loaded = load(executor, part);
    toDispose.push(...loaded.values());
    return loaded;
  };
  try {
    const loaded = loadAll(data);
    const loadedApart = apart === undefined ? undefined : loadAll(apart);
    // The data are the executor's by now: what the caller does to the arrays no longer matters.
    const optimizer = resolveOptimizer(options.optimizer);
    const clip = clipGradient === undefined ? undefined : gradientClipping(clipGradient);
    const isPlain = [validation, options.metrics, dataset.sampleWeight, options.classWeight].every(
      (choice) => choice === undefined,
    );
    const measuring = isPlain ? undefined : await import('./measure.ts');
    const outputs = countOf(network.outputShape) / placesOf(loss, network.outputShape);
    const plan = (await measuring?.planTraining(data, apart, dataset, options, outputs)) ?? plainPlan(data);
    const { rows, held, metrics, weights, validationWeights } = plan;
    for (const [tables, values] of [
      [loaded, weights],
      [loadedApart, validationWeights],
    ] as const) {
      if (values === undefined) continue;
      const table = executor.createData({ values, width: 1 });
      toDispose.push(table);
      tables?.set(WEIGHT, table);
    }
    const settings = optimizer.kind === 'wholeData' ? optimizer.settings : undefined;
    const wanted = options.batchSize ?? (settings === undefined ? 32 : BLOCK_ROWS);
    const graph = lossGraph(network, loss, targets, true, weights && meanOver);
    // A mean over weights or over steps that count is none of the blocks' means.
    const isWhole = wanted === 'full' || (settings && graph.count !== undefined);
    const blockRows = isWhole ? rows.length : Math.min(wanted, rows.length);
    const batchSize = settings === undefined ? blockRows : rows.length;
    let known: Promise<TrainingFingerprint> | undefined;
    const fingerprint = (): Promise<TrainingFingerprint> => {
      known ??= import('./fingerprint.ts').then(({ fingerprintOf }) =>
        fingerprintOf({
          data: { ...data, weights },
          apart: apart && { ...apart, weights: validationWeights },
          network,
          loss,
          optimizer,
          executor,
          batchSize: blockRows,
          rows: rows.length,
          seed,
          shuffle,
          clipGradient,
          meanOver: weights && meanOver,
        }),
      );
      return known;
    };
    if (resume !== undefined) {
      const { requireSameRun } = await import('../train/resume.ts');
      requireSameRun(resume, await fingerprint());
    }

    const store = place.storeFor(slotsOf(optimizer));
    if (settings !== undefined) {
      const { requireWholeRows } = await import('./wholeRows.ts');
      requireWholeRows(network, graph, options, optimizer);
    }
    const accuracy = metrics.some(({ name }) => name === 'accuracy')
      ? withScope('accuracy', () => measuring?.accuracyTensor(loss, graph))
      : undefined;
    const program = compileTraining(graph, { optimizer, layout: store.layout, accuracy, clip });
    const recorded = accuracy === undefined ? [] : ['accuracy'];
    const session = await openSession(executor, program, { store, rowCapacity: blockRows, seed });
    toDispose.push(session);
    // Without validation rows, metrics that the program does not record are measured on the training rows.
    const open = validation === undefined ? metrics.filter(({ name }) => !recorded.includes(name)) : metrics;
    let measured: Measuring | undefined;
    if (measuring !== undefined && (validation !== undefined || open.length > 0)) {
      const measuredTargets = apart?.targets ?? targets;
      const measuredWeights = apart === undefined ? weights : validationWeights;
      measured = await measuring.prepareMeasuring({
        graph: lossGraph(network, loss, measuredTargets, false, measuredWeights && meanOver),
        executor,
        store,
        loss,
        targets: measuredTargets,
        data: loadedApart ?? loaded,
        rows: apart?.rows ?? held ?? rows,
        metrics: open,
      });
      toDispose.push(measured);
    }
    const nameOf = (name: string): string =>
      validation === undefined ? name : (measuring?.validationName(name) ?? name);
    const measure = async (by: Measuring): Promise<Measures> => {
      const result = await by.measure();
      const named = Object.entries(result.metrics).map(([name, value]) => [nameOf(name), value]);
      const validationLoss = validation === undefined ? {} : { validationLoss: result.loss };
      return { ...validationLoss, metrics: Object.fromEntries(named) };
    };
    const { Minimizer } = settings === undefined ? {} : await import('../train/minimizer.ts');
    const minimizer =
      Minimizer && settings && new Minimizer({ session, store, rows, settings, state: resume?.minimizer });
    warnAboutSoftmax(graph, loss, onEvent);
    warnAboutOneClass(targets, rows, loss, onEvent);
    if (!store.layout.segments.some(({ trainable }) => trainable)) {
      const message = 'No parameter is trained: every layer is frozen, or has none. Call unfreeze.';
      onEvent({ type: 'warning', message });
    }
    if (network.architecture.layers.some(({ definition }) => definition.leastRows !== undefined)) {
      const { warnAboutFewRows } = await import('./fewRows.ts');
      warnAboutFewRows(network, rows.length, batchSize, onEvent);
    }
    if (program.unreached.length > 0) {
      const { reportUnreached } = await import('./unreached.ts');
      reportUnreached(graph.loss, program.unreached, onEvent);
    }
    if (resume !== undefined) {
      const { requireSound } = await import('../train/resume.ts');
      const stepsPerEpoch = Math.ceil(rows.length / batchSize);
      requireSound(resume, { stepsPerEpoch, columns: 1 + recorded.length, optimizer });
    }
    await start.rest();
    return await runTraining({
      session,
      store,
      executorName: executor.name,
      inputs: loaded,
      optimizer,
      minimizer,
      epochs,
      batchSize,
      rows,
      validationRows: apart?.rows ?? held?.length ?? 0,
      seed,
      shuffle,
      ...(order === undefined ? {} : { order }),
      recorded,
      measured: open.map(({ name }) => nameOf(name)),
      measure: measured && measure.bind(undefined, measured),
      fingerprint,
      explain: async (failed) => {
        // Seldom needed, and large: it brings all maths of the reference executor with it.
        const { diagnose } = await import('../train/diagnose.ts');
        const inputs = batchOf({ ...data, weights }, failed.rows);
        return diagnose({ loss: graph.loss, store, seed, failed, inputs });
      },
      callbacks,
      onEvent,
      warnings,
      signal,
      checkpoint,
      resume,
    });
  } finally {
    for (const part of toDispose.reverse()) part.dispose();
  }
}
