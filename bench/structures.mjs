// @ts-check
// Networks that are no chain: residual connections, two inputs, a shared layer. Time per multiply-add against a
// sequential network of the same width, all alternating in one run.
import { adam, add, concatenate, dense, functional, input } from 'gradus';
import { softmaxCrossEntropy } from 'gradus/losses';
import { median } from './timeSteps.mjs';

const INPUTS = 30;
const CLASSES = 4;
const ROWS = 3200;

/** @typedef {{ model: import('gradus').Model, macs: number, inputs: number }} Structure */

/** @param {number} width @returns {Record<string, () => Structure>} */
const structures = (width) => {
  const relu = (/** @type {number} */ units) => dense(units, { activation: 'relu' });
  const x = () => input([INPUTS]);
  const chain = INPUTS * width + 3 * width * width + width * CLASSES;
  // Three products a weight, but no gradient of the input.
  const macs = (/** @type {number} */ products) => 3 * products - INPUTS * width;
  return {
    sequential() {
      const input = x();
      let h = relu(width)(input);
      for (let i = 0; i < 3; i++) h = relu(width)(h);
      return {
        model: functional({ inputs: [input], outputs: dense(CLASSES)(h) }),
        macs: macs(chain),
        inputs: 1,
      };
    },
    residual() {
      const input = x();
      let h = relu(width)(input);
      for (let i = 0; i < 3; i++) h = add()(h, relu(width)(h));
      return {
        model: functional({ inputs: [input], outputs: dense(CLASSES)(h) }),
        macs: macs(chain),
        inputs: 1,
      };
    },
    'two inputs'() {
      const [left, right] = [input([INPUTS], { name: 'left' }), input([INPUTS], { name: 'right' })];
      let h = concatenate()(relu(width / 2)(left), relu(width / 2)(right));
      for (let i = 0; i < 3; i++) h = relu(width)(h);
      return {
        model: functional({ inputs: [left, right], outputs: dense(CLASSES)(h) }),
        macs: macs(chain),
        inputs: 2,
      };
    },
    'shared layer'() {
      const input = x();
      const shared = relu(width);
      let h = relu(width)(input);
      for (let i = 0; i < 3; i++) h = shared(h);
      return {
        model: functional({ inputs: [input], outputs: dense(CLASSES)(h) }),
        macs: macs(chain),
        inputs: 1,
      };
    },
  };
};

/** Time every structure; the ratios are medians over rounds in which all take their turn. */
export async function measureStructures({ width = 128, batch = 64, rounds = 9 } = {}) {
  const made = Object.entries(structures(width)).map(([name, make]) => ({
    name,
    ...make(),
    times: /** @type {number[]} */ ([]),
  }));
  const values = new Float32Array(ROWS * INPUTS).map((_, i) => ((i * 7919) % 1009) / 1009);
  const y = new Int32Array(ROWS).map((_, i) => (i * 31) % CLASSES);
  const table = { values, width: INPUTS };
  for (let round = 0; round <= rounds; round++) {
    for (const structure of made) {
      let first = 0;
      let last = 0;
      await structure.model.fit(
        { x: structure.inputs === 1 ? table : { left: table, right: table }, y },
        {
          loss: softmaxCrossEntropy(),
          optimizer: adam(),
          epochs: 6,
          batchSize: batch,
          onEvent(event) {
            // The first epoch warms up: compilation, pace.
            if (event.type !== 'epoch') return;
            if (event.epoch === 1) first = performance.now();
            last = performance.now();
          },
        },
      );
      if (round > 0) structure.times.push(((last - first) * 1e6) / (5 * ROWS * structure.macs));
    }
  }
  return made.map(({ name, times }) => ({
    name,
    nanosecondsPerMac: median(times),
    ratio: median(times.map((time, round) => time / made[0].times[round])),
  }));
}

export const structure = {
  name: 'structures',
  title: 'Networks that are no chain',
  explanation:
    'Time per multiply-add against a sequential network (width 128, batch 64), all alternating in one run; medians of nine rounds.',

  /** @param {import('./main.mjs').Context} context */
  run: async ({ quick, progress }) => {
    progress('');
    return { rows: await measureStructures({ rounds: quick ? 3 : 9 }) };
  },

  /** @param {{ rows: Awaited<ReturnType<typeof measureStructures>> }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows }) => [
    {
      header: ['network', 'ns per multiply-add', 'against sequential'],
      rows: rows.map(({ name, nanosecondsPerMac, ratio }) => [
        name,
        nanosecondsPerMac.toFixed(4),
        `${ratio.toFixed(3)} ×`,
      ]),
    },
  ],

  checks: () => [],
};
