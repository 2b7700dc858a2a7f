import { adam, dense, dropout, type Model, sequential, version } from 'gradus';
import { tableFromColumns } from 'gradus/data';
import { LinearRegression } from 'gradus/estimators';
import { decodeModelFile } from 'gradus/formats';
import { mostConfidentMistakes } from 'gradus/inspect';
import { huber } from 'gradus/losses';
import { accuracy } from 'gradus/metrics';
import { inferSchema } from 'gradus/preprocess';
import { splitRows } from 'gradus/select';
import { type DataType, grad, multiply } from 'gradus/tensor';

/** What the library does on any platform: the same in Node, in a page and in a worker. */
export interface Run {
  /** The library's version. */
  readonly version: string;
  /** The share of the four rows of XOR that a trained network gets right. */
  readonly accuracy: number;
  /** A hash of every bit of the weights after 200 steps of a run with dropout, odd widths and a partial batch. */
  readonly weights: string;
  /** The same of a network wide enough that threads share its work, where there are any. */
  readonly wideWeights: string;
  /** The derivative of x² at 3, by `gradus/tensor`. */
  readonly slope: number;
  /** What the other entry points export. */
  readonly others: readonly string[];
}

/** Learn XOR. */
async function learnXor(): Promise<number> {
  const model = sequential([dense(8, { activation: 'tanh' }), dense(1)]);
  const data = {
    x: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    y: [0, 1, 1, 0],
  };
  await model.fit(data, {
    loss: 'binaryCrossEntropy',
    optimizer: adam({ learningRate: 0.05 }),
    epochs: 300,
    batchSize: 4,
  });
  const labels = await model.predictLabels(data.x);
  return accuracy(data.y, labels);
}

/** FNV-1a over the bits of float32 numbers, word by word. */
function hash(values: Float32Array, seed: number): number {
  let state = seed;
  for (const word of new Uint32Array(values.buffer, values.byteOffset, values.length)) {
    state = Math.imul(state ^ word, 0x01000193) >>> 0;
  }
  return state;
}

/** Rows of seven numbers with a class each, the same on every engine. */
function drawRows(rows: number): { x: { values: Float32Array; width: number }; y: Int32Array } {
  const x = new Float32Array(rows * 7);
  const y = new Int32Array(rows);
  // Data without any function whose bits an engine may choose.
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < 7; column++) {
      const value = draw();
      x[row * 7 + column] = value;
      sum += column % 2 === 0 ? value : -value;
    }
    y[row] = sum > 0.3 ? 2 : sum > -0.3 ? 1 : 0;
  }
  return { x: { values: x, width: 7 }, y };
}

/** Hash all weights of a model. */
function hashOf(model: Model): string {
  let bits = 0x811c9dc5;
  for (const { values } of model.getWeights()) bits = hash(Float32Array.from(values), bits);
  return bits.toString(16).padStart(8, '0');
}

/** Train 200 steps under `portable`: 5 epochs of 40 batches, the last of which has 5 rows instead of 8. */
async function hashTraining(): Promise<string> {
  const model = sequential(
    [dense(33, { activation: 'gelu' }), dropout(0.3), dense(7, { activation: 'softplus' }), dense(3)],
    { inputShape: [7] },
  );
  await model.fit(drawRows(39 * 8 + 5), {
    loss: 'softmaxCrossEntropy',
    optimizer: adam({ learningRate: 0.01 }),
    epochs: 5,
    batchSize: 8,
    seed: 7,
    numerics: 'portable',
  });
  return hashOf(model);
}

/** Train a wide network for a good part of a second, so that threads have time to join in. */
async function hashWide(): Promise<string> {
  const model = sequential([
    dense(257, { activation: 'relu' }),
    dropout(0.2),
    dense(259, { activation: 'mish' }),
    dense(3),
  ]);
  await model.fit(drawRows(1000), {
    loss: 'softmaxCrossEntropy',
    optimizer: adam(),
    epochs: 30,
    batchSize: 128,
    numerics: 'portable',
  });
  return hashOf(model);
}

const kind: DataType = 'float';

/** Use the library as an application would. */
export async function run(): Promise<Run> {
  return {
    version,
    accuracy: await learnXor(),
    weights: await hashTraining(),
    wideWeights: await hashWide(),
    slope: grad((x) => multiply(x, x))(3),
    others: [
      ...[huber({ delta: 2 }).name, kind, typeof tableFromColumns, typeof LinearRegression],
      ...[decodeModelFile, mostConfidentMistakes, inferSchema, splitRows].map((one) => typeof one),
    ],
  };
}
