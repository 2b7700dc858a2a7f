import type { History } from '../../train/events.ts';
import { ArgumentError } from '../../util/errors.ts';
import { describeValue, requireCount, requireOptions } from '../../util/options.ts';
import { type FitOptions, fitOptions } from '../fit/options.ts';
import type { Dataset } from '../inputs/inputs.ts';
import { Model } from '../model.ts';

/** One of several trainings from different first weights. */
export interface Start {
  /** Its seed. */
  readonly seed: number;
  /** The loss it came to: the least of the validation rows, else the last of the training rows. */
  readonly loss: number;
  /** What `fit` returned. */
  readonly history: History;
}

/** The best of several trainings. */
export interface MultiStart {
  /** The model with the least loss. */
  readonly model: Model;
  /** The training that it came from. */
  readonly best: Start;
  /** All trainings, in the order of their seeds. */
  readonly starts: readonly Start[];
}

/** Options of `multiStart`: those of `fit`, and how many trainings. */
export interface MultiStartOptions extends Omit<FitOptions, 'resume' | 'checkpoint' | 'callbacks'> {
  /** How many trainings, at least 1. Default 5. */
  readonly starts?: number | undefined;
  /** Makes the callbacks of a training, which remember it. Default none. */
  readonly callbacks?: (() => FitOptions['callbacks']) | undefined;
  /** Hears of every training that is over. */
  readonly onStart?: ((start: Start) => void) | undefined;
}

/** The loss by which trainings are compared; one that is no number counts as none. */
function lossOf({ epochs }: History): number {
  const validated = epochs.flatMap(({ validationLoss }) =>
    validationLoss === undefined ? [] : [validationLoss],
  );
  const losses = validated.length > 0 ? validated : epochs.slice(-1).map(({ loss }) => loss);
  return losses.reduce((least, loss) => (loss < least ? loss : least), Number.POSITIVE_INFINITY);
}

/**
 * Train from several first weights and keep the best: gradient descent finds the minimum that is near.
 *
 * Training i has the seed `seed` + i for everything that is drawn but the rows held out for validation, which should be
 * data of their own to be the same for all. Compared is the least validation loss, which is that of the model where
 * `earlyStopping` brings the best weights back; without validation the last training loss.
 *
 * @param build - Makes the model anew, without weights.
 * @param data - Inputs and targets.
 * @param options - Those of `fit`, and the number of trainings.
 * @returns The best model, and what became of all.
 * @throws ArgumentError for a number below 1, or a function that gives the same model twice; what `fit` throws.
 * @example
 * import { dense, multiStart, sequential } from 'gradus';
 * const data = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] };
 * const build = () => sequential([dense(2, { activation: 'tanh' }), dense(1)], { inputShape: [2] });
 * const { best, starts } = await multiStart(build, data, { loss: 'meanSquaredError', optimizer: 'lbfgs', epochs: 50 });
 * best.loss === Math.min(...starts.map(({ loss }) => loss)); // true
 */
export async function multiStart(
  build: () => Model,
  data: Dataset,
  options: MultiStartOptions,
): Promise<MultiStart> {
  if (typeof build !== 'function') {
    throw new ArgumentError({
      received: `${describeValue(build)} for a model`,
      expected: 'a function that makes one',
      remedy: 'Write () => sequential([…])',
    });
  }
  const { resume: _, checkpoint: __, ...shared } = fitOptions;
  requireOptions(options, { ...shared, starts: true, onStart: true }, 'multiStart');
  const { starts: count = 5, callbacks, onStart, ...fitting } = options;
  requireCount('starts', count, 1);
  const { seed = 0 } = fitting;
  const starts: Start[] = [];
  const models = new Set<Model>();
  let found: { readonly model: Model; readonly best: Start } | undefined;
  for (let i = 0; i < count; i++) {
    const model = build();
    if (!(model instanceof Model) || models.has(model)) {
      throw new ArgumentError({
        received: model instanceof Model ? 'the same model twice' : `the model ${describeValue(model)}`,
        expected: 'a function that makes a new model each time',
      });
    }
    models.add(model);
    const history = await model.fit(data, {
      ...fitting,
      seed: seed + i,
      ...(callbacks && { callbacks: callbacks() }),
    });
    const start: Start = { seed: seed + i, loss: lossOf(history), history };
    starts.push(start);
    onStart?.(start);
    if (found === undefined || start.loss < found.best.loss) found = { model, best: start };
  }
  return { ...found!, starts };
}
