import {
  type ActivationName,
  activation,
  type Connections,
  conv2d,
  defineLayer,
  dense,
  dropout,
  flatten,
  type Layer,
  type Model,
  sequential,
  uniform,
} from 'gradus';
import { multiply, tanh } from 'gradus/tensor';

/** Planes that planes 0–3, 4–7 and 8–11 of H2 see: eight of twelve each. */
const seenByH2 = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [4, 5, 6, 7, 8, 9, 10, 11],
  [0, 1, 2, 3, 8, 9, 10, 11],
];

/** The eight planes of H1 that each plane of H2 sees. The paper gives their number; which they are is a choice. */
export const connectionsOfH2: Connections = Array.from(
  { length: 12 },
  (_, plane) => seenByH2[Math.floor(plane / 4)],
);

/** The paper's 1.7159·tanh(⅔x), which is ±1 at ±1: targets of ±1 ask for no saturated output. */
const scaledTanh = (): Layer =>
  defineLayer({ type: 'scaledTanh', call: ([x]) => multiply(1.7159, tanh(multiply(2 / 3, x))) });

type Function = ActivationName | 'scaledTanh';

const layerOf = (name: Function): Layer => (name === 'scaledTanh' ? scaledTanh() : activation(name));

/** What may differ from the paper. */
export interface Lenet1989Options {
  /** The function of H1, H2 and H3. Default `scaledTanh`. */
  readonly activation?: Function;
  /** The function of the ten outputs. Default `scaledTanh`. */
  readonly outputActivation?: Function;
  /** How far first weights may lie from 0, by the number of a unit's inputs F. Default 2.4/F. */
  readonly bound?: (inputs: number) => number;
  /** How many of H2's outputs are dropped in training, between 0 and 1. Default 0. */
  readonly dropoutRate?: number;
  /** Draws the first weights. Default 0. */
  readonly seed?: number;
}

/**
 * The network of LeCun et al. 1989 for digits of 16×16 cells in [−1, 1]: H1 and H2 are planes that share their weights but
 * not their biases, with a border of −1 around what they see.
 *
 * | layer | units | connections | parameters |
 * |---|---:|---:|---:|
 * | H1: 12 planes of 8×8, 5×5, stride 2 | 768 | 19,968 | 1,068 |
 * | H2: 12 planes of 4×4, 5×5 in 8 planes, stride 2 | 192 | 38,592 | 2,592 |
 * | H3 | 30 | 5,790 | 5,790 |
 * | output | 10 | 310 | 310 |
 */
export function lenet1989({
  activation = 'scaledTanh',
  outputActivation = 'scaledTanh',
  bound = (inputs) => 2.4 / inputs,
  dropoutRate = 0,
  seed = 0,
}: Lenet1989Options = {}): Model {
  const first = (inputs: number) => ({ kernelInitializer: uniform(-bound(inputs), bound(inputs)) });
  const planes = { strides: 2, padding: 2, paddingValue: -1, sharedBias: false } as const;
  return sequential(
    [
      conv2d(12, 5, { ...planes, ...first(25), name: 'H1' }),
      layerOf(activation),
      conv2d(12, 5, { ...planes, ...first(200), connections: connectionsOfH2, name: 'H2' }),
      layerOf(activation),
      flatten(),
      ...(dropoutRate > 0 ? [dropout(dropoutRate)] : []),
      dense(30, { ...first(192), name: 'H3' }),
      layerOf(activation),
      dense(10, { ...first(30), name: 'output' }),
      layerOf(outputActivation),
    ],
    { inputShape: [16, 16, 1], name: 'lenet1989', seed },
  );
}
