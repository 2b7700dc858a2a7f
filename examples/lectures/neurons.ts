/**
 * The first neurons: McCulloch & Pitts' units as logic gates, what a single one cannot do, and what Rosenblatt's rule
 * makes of the same (S. Raschka, STAT 479 Deep Learning, spring 2019, lecture 3).
 */
import { type McCullochPittsUnit, mcCullochPitts, novikoffBound, Perceptron } from 'gradus/estimators';
import { atLeast, atMost, type Experiment, exactly, type Figure } from './experiment.ts';
import { curvesSvg } from './plots.ts';

const pairs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

const and = mcCullochPitts({ inputs: 2, threshold: 2 });
const or = mcCullochPitts({ inputs: 2, threshold: 1 });
const not = mcCullochPitts({ inputs: 1, threshold: 0, inhibitory: [0] });
/** Either, but not both: three gates. */
const xor: McCullochPittsUnit = (pair) => and([or(pair), not([and(pair)])]);

/** What each function of two bits answers to the four pairs. */
const tables = { AND: [0, 0, 0, 1], OR: [0, 1, 1, 1], XOR: [0, 1, 1, 0] };

/** All single units of two inputs: which of them inhibit, and every threshold that makes a difference. */
const singleUnits = [[], [0], [1], [0, 1]].flatMap((inhibitory) =>
  [0, 1, 2, 3].map((threshold) => mcCullochPitts({ inputs: 2, threshold, inhibitory })),
);

const answersOf = (unit: McCullochPittsUnit): string => pairs.map((pair) => unit(pair)).join('');

/** Whether Rosenblatt's rule has a bound for a table, which it has where a line separates it. */
function boundOf(table: readonly number[]): number {
  try {
    return novikoffBound(pairs, table).bound;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

export const experiment: Experiment = {
  name: 'neurons',
  deck: 'STAT 479, L03',
  title: 'Logic by neurons, and the exclusive or',
  needs: [],
  minutes: 0.1,
  about:
    'A McCulloch–Pitts unit fires where enough excitatory inputs are active and no inhibitory one. AND, OR and NOT are single units; none of the single units of two inputs is XOR, three gates make it. Rosenblatt’s perceptron learns AND and OR within Novikoff’s bound, and makes mistakes on XOR for ever.',
  async run({ plot }) {
    const gates = { AND: and, OR: or, XOR: xor };
    const figures: Figure[] = Object.entries(tables).map(([name, table]) =>
      exactly(
        `${name}: right answers of four`,
        table.filter((bit, i) => gates[name as keyof typeof gates](pairs[i]) === bit).length,
        4,
        { digits: 0 },
      ),
    );
    figures.push(
      exactly('NOT: right answers of two', [not([0]) === 1, not([1]) === 0].filter(Boolean).length, 2, {
        digits: 0,
      }),
      exactly(
        'single units that are XOR',
        singleUnits.filter((unit) => answersOf(unit) === tables.XOR.join('')).length,
        0,
        { digits: 0 },
      ),
    );
    const curves = [];
    for (const [name, table] of Object.entries(tables)) {
      const { mistakes } = new Perceptron({ shuffle: false, epochs: 50 }).fit(pairs, table);
      const total = mistakes.reduce((sum, count) => sum + count, 0);
      curves.push({ name, values: Array.from({ length: 12 }, (_, epoch) => mistakes[epoch] ?? 0) });
      const bound = boundOf(table);
      figures.push(
        Number.isFinite(bound)
          ? atMost(`perceptron on ${name}: mistakes; the bound is (R/γ)²`, total, Number(bound.toFixed(2)), {
              digits: 0,
            })
          : atLeast(`perceptron on ${name}: mistakes of the last of 50 epochs`, mistakes[49], 1, {
              digits: 0,
            }),
      );
    }
    plot(
      'mistakes',
      curvesSvg('Mistakes of a perceptron in each epoch', curves, { y: 'mistakes' }),
      'AND and OR are learnt; XOR, which no line separates, never is.',
    );
    return figures;
  },
};
