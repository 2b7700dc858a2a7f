import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

interface Labelled {
  readonly features: number[][];
  readonly labels: number[];
}
interface Descent extends Labelled {
  readonly neuron: 'identity' | 'logistic' | 'softmax';
  readonly options: {
    readonly learningRate: number;
    readonly epochs: number;
    readonly batchSize: number;
    readonly reduction: 'mean' | 'sum';
    readonly penalty: number;
    readonly penalizeBias: boolean;
  };
  readonly weights: number[];
  readonly biases: number[];
  readonly costs: number[];
}
export const fixtures: {
  perceptron: (Labelled & { epochs: number; weights: number[]; bias: number })[];
  descent: Descent[];
  logistic: (Labelled & { penalty: number; probabilities: number[] })[];
  leastSquares: { features: number[][]; targets: number[]; weights: number[]; bias: number; score: number }[];
  margin: (Labelled & { margin: number; radius: number })[];
} = JSON.parse(readFileSync(new URL('../../../../fixtures/linearModels.json', import.meta.url), 'utf8'));

/** ‖a − b‖ / ‖b‖ */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const norm = (values: number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  expect(a.length).toBe(b.length);
  return norm(Array.from(a).map((value, i) => value - b[i])) / norm(Array.from(b));
}

/** The corners of the unit square. */
export const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
