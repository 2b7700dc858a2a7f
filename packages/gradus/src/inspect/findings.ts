import type { LayerReport } from './layerReport.ts';

/** What can be wrong with a layer. */
export type FindingKind =
  | 'notFinite'
  | 'identicalUnits'
  | 'deadUnits'
  | 'saturation'
  | 'vanishingGradient'
  | 'explodingGradient'
  | 'noGradient'
  | 'smallUpdates'
  | 'largeUpdates';

/** Something wrong with a model, in plain words. */
export interface Finding {
  /** What it is. */
  readonly kind: FindingKind;
  /** Where: the layer's name. */
  readonly layer: string;
  /** `warning`: training is worse than it could be; `problem`: it hardly works. */
  readonly severity: 'warning' | 'problem';
  /** What was seen, what it means, and what to do. */
  readonly message: string;
}

/**
 * Bounds of the findings. They are rules of thumb, well outside the range of healthy networks.
 *
 * - Some dead units are common; "as much as 40 % of your network can be dead" marks a learning rate that is too high
 *   (Stanford CS231n, notes on neural networks 1). In fewer than 16 rows a healthy unit may be 0 by chance.
 * - Saturated layers pass less than a tenth of the slope on (Glorot & Bengio 2010, figures 2 and 3).
 * - Gradients by the outputs of layers stay within a few powers of ten of each other in a network that is well
 *   initialised (Glorot & Bengio 2010, figure 7); depth alone can lose or gain a factor of a thousand
 *   (Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013).
 * - A step changes weights by about a thousandth of their size (CS231n, notes on neural networks 3); a hundred times
 *   less or more is unusual.
 */
export const findingBounds = {
  deadUnits: { warning: 0.4, problem: 0.8, leastRows: 16 },
  saturated: { warning: 0.5, problem: 0.9 },
  gradientRatio: { warning: 1e-3, problem: 1e-6 },
  updateRatio: { small: 1e-5, large: 1e-1 },
} as const;

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** Find what is wrong with layers. */
export function findingsOf(layers: readonly LayerReport[], rows: number): Finding[] {
  // NaN spreads forward through outputs and backward through gradients: report the layer where it starts.
  const broken =
    layers.find(({ activations }) => activations.notFinite > 0) ??
    layers.findLast(({ gradients }) => (gradients?.notFinite ?? 0) > 0);
  if (broken !== undefined) return [notFinite(broken)];
  const identical = layers.filter((layer) => layer.hasIdenticalUnits && !layer.isOutput).map(identicalUnits);
  // Identical units have identical gradients, often 0: further findings would say nothing more.
  if (identical.length > 0) return identical;
  return [
    ...layers.flatMap((layer) => [...deadUnits(layer, rows), ...saturation(layer), ...noGradient(layer)]),
    ...gradientFlow(layers),
  ];
}

function notFinite({ layer, activations }: LayerReport): Finding {
  const what = activations.notFinite > 0 ? 'outputs' : 'gradients';
  return {
    kind: 'notFinite',
    layer,
    severity: 'problem',
    message: `The ${what} of ${layer} contain NaN or infinity. Restore earlier weights, lower the learning rate and scale the inputs to about −1 … 1.`,
  };
}

function identicalUnits({ layer, units }: LayerReport): Finding {
  return {
    kind: 'identicalUnits',
    layer,
    severity: 'problem',
    message: `All ${units} units of ${layer} have the same weights, so they compute the same, get the same gradient and stay the same: the layer is worth one unit. Initialise its kernel at random (glorotUniform, heNormal); only biases may start at 0.`,
  };
}

function deadUnits({ layer, deadUnits: share = 0, units }: LayerReport, rows: number): Finding[] {
  const { warning, problem, leastRows } = findingBounds.deadUnits;
  if (share < warning || rows < leastRows) return [];
  return [
    {
      kind: 'deadUnits',
      layer,
      severity: share >= problem ? 'problem' : 'warning',
      message: `${Math.round(share * units)} of the ${units} ReLU units of ${layer} (${percent(share)}) are 0 for all ${rows} rows: no gradient reaches their weights. Lower the learning rate, look for a large negative bias, initialise with heNormal, or use leakyRelu or elu.`,
    },
  ];
}

function saturation({ layer, activation, isOutput, saturated = 0 }: LayerReport): Finding[] {
  const { warning, problem } = findingBounds.saturated;
  // The output of a confident classifier is saturated, as it should be.
  if (isOutput || saturated < warning) return [];
  return [
    {
      kind: 'saturation',
      layer,
      severity: saturated >= problem ? 'problem' : 'warning',
      message: `${percent(saturated)} of the outputs of ${layer} are where ${activation} is flat, with a slope below a tenth of its maximum: little gradient gets through. Scale the inputs to about −1 … 1, start with smaller weights (glorotUniform), lower the learning rate, or normalise before this layer.`,
    },
  ];
}

function noGradient({ layer, parameters }: LayerReport): Finding[] {
  const cut = parameters.filter(({ gradient }) => gradient === undefined);
  if (cut.length === 0) return [];
  return [
    {
      kind: 'noGradient',
      layer,
      severity: 'problem',
      message: `The loss does not depend on ${cut.map(({ name }) => name).join(', ')} of ${layer} in a way that has a slope, so training will not change it. Look for a step function or stopGradient after it.`,
    },
  ];
}

/** Compare the root mean square gradients of the layers that have trainable parameters. */
function gradientFlow(layers: readonly LayerReport[]): Finding[] {
  const flowing = layers.flatMap(({ layer, parameters, gradients }) =>
    parameters.length > 0 && gradients !== undefined ? [{ layer, size: gradients.rootMeanSquare }] : [],
  );
  if (flowing.length < 2) return [];
  const [first, last] = [flowing[0], flowing[flowing.length - 1]];
  const { warning, problem } = findingBounds.gradientRatio;
  const ratio = first.size / last.size;
  if (ratio < warning) {
    return [
      {
        kind: 'vanishingGradient',
        layer: first.layer,
        severity: ratio < problem ? 'problem' : 'warning',
        message: `The gradient that reaches ${first.layer} is ${ratio.toExponential(1)} times that of ${last.layer}: it vanishes on the way, and the first layers hardly learn. Use relu with heNormal instead of sigmoid or tanh, batchNormalization, or residual connections.`,
      },
    ];
  }
  if (ratio > 1 / warning) {
    return [
      {
        kind: 'explodingGradient',
        layer: first.layer,
        severity: ratio > 1 / problem ? 'problem' : 'warning',
        message: `The gradient that reaches ${first.layer} is ${ratio.toExponential(1)} times that of ${last.layer}: it explodes on the way, and steps become too large. Start with smaller weights (glorotUniform, heNormal), clip the gradient's norm, or normalise between layers.`,
      },
    ];
  }
  return [];
}

/** Find the parameters that a step changes too little or too much, by the median of ‖Δw‖/‖w‖ over the watched steps. */
export function updateFindings(ratios: ReadonlyMap<string, readonly number[]>): Finding[] {
  const { small, large } = findingBounds.updateRatio;
  return [...ratios].flatMap(([name, values]): Finding[] => {
    const sorted = [...values].sort((a, b) => a - b);
    const median = sorted[Math.floor((sorted.length - 1) / 2)];
    if (!(median < small || median > large)) return [];
    const isSmall = median < small;
    return [
      {
        kind: isSmall ? 'smallUpdates' : 'largeUpdates',
        layer: name.slice(0, name.lastIndexOf('/')),
        severity: 'warning',
        message: `A step changes ${name} by ${median.toExponential(1)} of its size (median of ${values.length}); about 1e-3 is usual. ${isSmall ? 'Raise' : 'Lower'} the learning rate${isSmall ? ', unless training is near its end' : ''}.`,
      },
    ];
  });
}
