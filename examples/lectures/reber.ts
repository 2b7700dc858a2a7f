/**
 * A recurrent network classifies sequences: is a string a word of the embedded Reber grammar (Hochreiter & Schmidhuber,
 * “Long short-term memory”, Neural Computation 9, 1997)? Its second symbol comes again as the last but one, behind a
 * word of any length, so that one bit must be remembered. Beside it stands softmax regression on how often each symbol
 * occurs.
 */
import { adam, createStream, dense, embedding, lstm, type RandomStream, sequential } from 'gradus';
import { atLeast, type Experiment, stated } from './experiment.ts';
import { curvesSvg } from './plots.ts';

/** The symbols by their numbers; 0 is padding. */
const SYMBOLS = ' BTSXPVE';
const LONGEST = 24;
const [TRAINING, TEST] = [3000, 1000];

/** Reber's automaton: the ways on from each state, a symbol and the next state; state 5 is the end. */
const WAYS = ['T1 P2', 'S1 X3', 'T2 V4', 'X2 S5', 'P3 V5'].map((ways) => ways.split(' '));

const pick = <T>(random: RandomStream, items: readonly T[]): T => items[random.integer(items.length)];

/** Draw a word of Reber's grammar. */
function reberWord(random: RandomStream): string {
  let word = 'B';
  for (let state = 0; state < WAYS.length; ) {
    const [symbol, next] = pick(random, WAYS[state]);
    word += symbol;
    state = Number(next);
  }
  return `${word}E`;
}

/** Draw a word between two equal symbols, short enough. */
function embeddedWord(random: RandomStream): string {
  const outer = pick(random, ['T', 'P']);
  const word = `B${outer}${reberWord(random)}${outer}E`;
  return word.length <= LONGEST ? word : embeddedWord(random);
}

/** Draw a string that is no word: with the wrong symbol before its end, or another one anywhere within. */
function brokenWord(random: RandomStream): string {
  const word = embeddedWord(random);
  const outer = word[1] === 'T' ? 'P' : 'T';
  if (random.uniform() < 0.5) return `${word.slice(0, -2)}${outer}E`;
  const at = 2 + random.integer(word.length - 4);
  const others = [...SYMBOLS.slice(1)].filter((symbol) => symbol !== word[at]);
  return `${word.slice(0, at)}${pick(random, others)}${word.slice(at + 1)}`;
}

/** Half words, half not, as numbers of symbols behind each other, padded with 0. */
function strings(count: number, random: RandomStream) {
  const y = Array.from({ length: count }, (_, i) => i % 2);
  const x = y.map((label) => {
    const word = label === 1 ? embeddedWord(random) : brokenWord(random);
    return Array.from({ length: LONGEST }, (_, i) => Math.max(0, SYMBOLS.indexOf(word[i] ?? ' ')));
  });
  return { x, y };
}

type Strings = ReturnType<typeof strings>;

/** How often each symbol occurs. */
const counts = ({ x, y }: Strings): Strings => ({
  x: x.map((word) =>
    Array.from({ length: SYMBOLS.length }, (_, symbol) => word.filter((s) => s === symbol).length),
  ),
  y,
});

const common = { loss: 'binaryCrossEntropy', batchSize: 32, numerics: 'portable' } as const;

/** Train on strings and give the accuracies of every epoch on the test's, in percent. */
async function train(
  layers: Parameters<typeof sequential>[0],
  training: Strings,
  test: Strings,
  options: { readonly seed: number; readonly epochs: number; readonly learningRate: number },
): Promise<number[]> {
  const { seed, epochs, learningRate } = options;
  const model = sequential(layers, { inputShape: [training.x[0].length] });
  const { epochs: history } = await model.fit(training, {
    ...common,
    seed,
    epochs,
    optimizer: adam({ learningRate }),
    validation: test,
    metrics: ['accuracy'],
  });
  return history.map(({ metrics }) => 100 * metrics['validationAccuracy']);
}

export const experiment: Experiment = {
  name: 'reber',
  deck: 'deck 003',
  title: 'Words of the embedded Reber grammar, told by a long short-term memory',
  needs: [],
  minutes: 0.5,
  about:
    'Strings of 9 to 24 symbols, half of them words, half with one wrong symbol, which in half of these is the last but one; 3,000 to train on, 1,000 to test, made in the example. embedding(8, 8) with padding masked, lstm(24), a logistic output, Adam 0.01, batches of 32, 20 epochs. The baseline is logistic regression on how often each symbol occurs.',
  async run({ seeds, once, plot, progress }) {
    const curves: number[][] = [];
    let baseline = Number.NaN;
    for (const seed of seeds) {
      const random = createStream(seed, 'data');
      const [training, test] = [strings(TRAINING, random), strings(TEST, random)];
      const [curve, simple] = await once(`seed ${seed}`, async () => [
        await train([embedding(SYMBOLS.length, 8, { maskZero: true }), lstm(24), dense(1)], training, test, {
          seed,
          epochs: 20,
          learningRate: 0.01,
        }),
        await train([dense(1)], counts(training), counts(test), { seed, epochs: 20, learningRate: 0.01 }),
      ]);
      curves.push(curve);
      baseline = simple[simple.length - 1];
      progress(`seed ${seed}: ${curve[curve.length - 1].toFixed(1)} %`);
    }
    plot(
      'accuracy',
      curvesSvg(
        'Test accuracy after each epoch',
        curves.map((values, i) => ({ name: `seed ${seeds[i]}`, values })),
        { y: '%' },
      ),
      'Once the network has learned to keep the second symbol, it tells almost all strings.',
    );
    const last = curves.map((curve) => curve[curve.length - 1]);
    return [
      stated('accuracy of counted symbols', baseline, { digits: 1, unit: '%' }),
      atLeast('accuracy of the LSTM', last.reduce((sum, one) => sum + one, 0) / last.length, 98, {
        digits: 1,
        unit: '%',
      }),
    ];
  },
};
