/**
 * Gradient checking (deck 004): backpropagation through the lectures' networks beside centred differences of their losses,
 * and the slip of deck 000, dh/dw = g(1 − g)x instead of h(1 − h)x, found by it.
 */
import { createStream, defineLayer, dense, dropout, sequential } from 'gradus';
import { checkGradients } from 'gradus/inspect';
import { add, multiply, sigmoid, stopGradient, subtract, type Tensor } from 'gradus/tensor';
import { atMost, type Experiment, exactly } from './experiment.ts';

const draws = createStream(7, 'data');
const rows = (count: number, width: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => draws.normal()));

/** h = sigmoid(g), derived as deck 000 prints it: by g(1 − g), the slope of g²/2 − g³/3. */
const sigmoidOfTheDeck = () =>
  defineLayer({
    type: 'sigmoidOfTheDeck',
    call([g]: readonly Tensor[]) {
      const slope = subtract(multiply(0.5, multiply(g, g)), multiply(1 / 3, multiply(g, multiply(g, g))));
      return add(stopGradient(sigmoid(g)), subtract(slope, stopGradient(slope)));
    },
  });

export const experiment: Experiment = {
  name: 'gradientCheck',
  deck: 'deck 004; deck 000',
  title: 'Gradient checking: backpropagation beside differences of the loss',
  needs: [],
  minutes: 0.1,
  about:
    'The networks of lectures 9 and 10 on made-up rows, in float64: fifty numbers of each parameter are moved to both sides, twice, and the differences of the loss compared with backpropagation. ' +
    'The bound is |a − n| ≤ 1e-6·max(|a|, |n|, 1e-3·‖g‖∞). Deck 000 derives the sigmoid h of g as g(1 − g); a layer that does so is found out.',
  async run({ progress }) {
    const x = rows(16, 784);
    const labels = x.map((_, row) => row % 10);
    const oneHot = labels.map((label) => Array.from({ length: 10 }, (_, digit) => (digit === label ? 1 : 0)));
    const networks = {
      'sigmoid and squares': await checkGradients(
        sequential([dense(50, { activation: 'sigmoid' }), dense(10, { activation: 'sigmoid' })], {
          inputShape: [784],
        }),
        { x, y: oneHot },
        { loss: 'meanSquaredError' },
      ),
      'ReLU, dropout and cross-entropy': await checkGradients(
        sequential(
          [
            dense(100, { activation: 'relu' }),
            dropout(0.5),
            dense(50, { activation: 'relu' }),
            dropout(0.5),
            dense(10),
          ],
          { inputShape: [784] },
        ),
        { x, y: labels },
        { loss: 'softmaxCrossEntropy' },
      ),
    };
    const figures = Object.entries(networks).flatMap(([name, check]) => {
      progress(`${name}: ${String(check).split('\n', 1)[0]}`);
      const errors = check.parameters.map(({ worst }) => worst?.relativeError ?? 0);
      const wrong = check.parameters.filter(({ verdict }) => verdict === 'wrong');
      return [
        exactly(`${name}: parameters with a wrong gradient`, wrong.length, 0, { digits: 0 }),
        atMost(`${name}: largest relative error`, Math.max(...errors), 1e-6, { digits: 9 }),
      ];
    });
    const slip = await checkGradients(
      sequential([dense(5), sigmoidOfTheDeck(), dense(1)], { inputShape: [4] }),
      { x: rows(8, 4), y: rows(8, 1) },
      { loss: 'meanSquaredError' },
    );
    const found = slip.parameters.filter(({ verdict }) => verdict === 'wrong');
    return [
      ...figures,
      exactly("deck 000's slip: parameters with a wrong gradient", found.length, 2, { digits: 0 }),
    ];
  },
};
