/**
 * Reinforcement learning: a network learns to balance a pole on a cart, from nothing but how long it lasts.
 *
 * The policy π(a|s) is a network that gives the probability of a push to each side. It plays, and each push is made more
 * or less probable by its advantage: the discounted rewards that came after it, less what a second network, the critic,
 * expected in that state. The gradient of E Σ A ln π(a|s) is the policy gradient (R. Williams, Simple Statistical
 * Gradient-Following Algorithms for Connectionist Reinforcement Learning, 1992; A. Barto, R. Sutton & C. Anderson 1983
 * for the pole, the critic and the actor).
 */
import { adam, batchTrainer, createStream, dense, type RandomStream, sequential } from 'gradus';
import type { LossFunction } from 'gradus/losses';
import { logSoftmax, mean, multiply, negate, sum } from 'gradus/tensor';
import { beginEpisode, LONGEST, push, type State } from './cartPole.ts';
import { atLeast, type Experiment, type Figure, stated } from './experiment.ts';
import { curvesSvg } from './plots.ts';

const DISCOUNT = 0.99;
/** Steps that are played between two updates of the policy. */
const PLAYED = 2000;
const UPDATES = 100;
const CRITIC_STEPS = 10;

/** What was played: states and actions one after another, and what each was worth. */
interface Played {
  readonly states: Float32Array;
  readonly actions: Int32Array;
  /** Rewards from a step on, discounted. */
  readonly worths: Float64Array;
  readonly lengths: readonly number[];
}

/** States in a scale of their own: about 1 at the limits. */
const scaled = ([x, speed, angle, turning]: State): State => [x / 2.4, speed / 2, angle / 0.2, turning / 2];

/** A row of the target is the action, one-hot, times its advantage. */
const policyGradient: LossFunction = (logits, target) =>
  negate(mean(sum(multiply(target, logSoftmax(logits)), { axes: 1 })));

/** Play whole steps in a row, over as many episodes as they last; `expected` stands for what a broken-off one would bring. */
function playSteps(
  choose: (state: State) => number,
  expected: (state: State) => number,
  steps: number,
  starts: RandomStream,
): Played {
  const states = new Float32Array(4 * steps);
  const actions = new Int32Array(steps);
  const worths = new Float64Array(steps);
  const lengths: number[] = [];
  let state = beginEpisode(starts);
  let began = 0;
  for (let step = 0; step < steps; step++) {
    actions[step] = choose(state);
    states.set(scaled(state), 4 * step);
    const pushed = push(state, actions[step]);
    state = pushed.state;
    const lasted = step + 1 - began;
    const isWon = lasted === LONGEST;
    if (!pushed.isLost && !isWon && step + 1 < steps) continue;
    // Who was not lost would have gone on.
    let worth = pushed.isLost ? 0 : expected(state);
    for (let back = step; back >= began; back--) {
      worth = 1 + DISCOUNT * worth;
      worths[back] = worth;
    }
    if (pushed.isLost || isWon) lengths.push(lasted);
    state = beginEpisode(starts);
    began = step + 1;
  }
  return { states, actions, worths, lengths };
}

/** Learn, and give the policy, with the mean length of the episodes before each update. */
async function learn(seed: number, progress: (text: string) => void) {
  const hidden = () => dense(32, { activation: 'tanh' });
  const policy = sequential([hidden(), dense(2)], { inputShape: [4] });
  const critic = sequential([hidden(), dense(1)], { inputShape: [4] });
  const options = { batchSize: PLAYED, seed, numerics: 'portable', threads: 1 } as const;
  const learningRate = (n: number): number => 0.01 * (1 - n / UPDATES);
  const actorTrainer = await batchTrainer(policy, {
    ...options,
    loss: policyGradient,
    optimizer: adam({ learningRate }),
  });
  const criticTrainer = await batchTrainer(critic, {
    ...options,
    loss: 'meanSquaredError',
    optimizer: adam({ learningRate: 0.01 }),
  });
  const actor = await policy.predictor({ threads: 1 });
  const one = await critic.predictor({ threads: 1 });
  const all = await critic.predictor({ rows: PLAYED, threads: 1 });
  const stream = createStream(seed, 'data');
  const [starts, chances] = [stream.split('starts'), stream.split('chances')];
  /** Rewards of 1 for ever are worth 1/(1 − γ); the critic learns shares of that. */
  const most = 1 / (1 - DISCOUNT);
  const sample = (state: State): number => {
    const [left, right] = actor.predict(scaled(state));
    return chances.uniform() < 1 / (1 + Math.exp(left - right)) ? 1 : 0;
  };
  const expected = (state: State): number => most * one.predict(scaled(state))[0];
  const curve: number[] = [];
  for (let update = 0; update < UPDATES; update++) {
    const { states, actions, worths, lengths } = playSteps(sample, expected, PLAYED, starts);
    const x = { values: states, width: 4 };
    const guesses = all.predict(states);
    const advantages = standardized(worths.map((worth, i) => worth - most * guesses[i]));
    const y = new Float32Array(2 * PLAYED);
    actions.forEach((action, i) => {
      y[2 * i + action] = advantages[i];
    });
    actorTrainer.step({ x, y: { values: y, width: 2 } });
    const shares = Float32Array.from(worths, (worth) => worth / most);
    for (let i = 0; i < CRITIC_STEPS; i++) criticTrainer.step({ x, y: { values: shares, width: 1 } });
    curve.push(averageOf(lengths));
    if (update % 10 === 9)
      progress(
        `seed ${seed}, update ${update + 1} of ${UPDATES}: ${averageOf(lengths).toFixed(0)} steps an episode`,
      );
  }
  actorTrainer.dispose();
  criticTrainer.dispose();
  const decide = (state: State): number => {
    const [left, right] = actor.predict(scaled(state));
    return right > left ? 1 : 0;
  };
  return { decide, curve };
}

function standardized(values: Float64Array): Float64Array {
  const average = averageOf(values);
  const deviation = Math.sqrt(averageOf(values.map((value) => (value - average) ** 2)));
  return values.map((value) => (value - average) / deviation);
}

const averageOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, value) => total + value, 0) / Math.max(1, values.length);

/** Play episodes, and give the steps that each lasted. */
function play(choose: (state: State) => number, episodes: number, starts: RandomStream): number[] {
  return Array.from({ length: episodes }, () => {
    let state = beginEpisode(starts);
    for (let step = 1; step <= LONGEST; step++) {
      const pushed = push(state, choose(state));
      if (pushed.isLost) return step;
      state = pushed.state;
    }
    return LONGEST;
  });
}

export const experiment: Experiment = {
  name: 'reinforcement',
  deck: 'deck 003',
  title: 'Reinforcement learning: a network balances a pole',
  needs: [],
  minutes: 0.2,
  about:
    'Cart and pole by the equations of Barto, Sutton & Anderson 1983 without friction, Euler steps of 0.02 s, pushes of 10 N; an episode ends where the cart leaves ±2.4 m or the pole ±12°, or is won after 500 steps. Policy 4-32-2 and critic 4-32-1, tanh, Adam; 100 updates, each from 2,000 steps of play, γ = 0.99, advantages standardised. Nothing is published for it in the decks; 475 steps is where the usual benchmark counts the task as solved. Afterwards the policy takes its more probable push, in 100 episodes with starts of their own.',
  async run({ seeds, progress, plot }) {
    const runs = [];
    for (const seed of seeds) {
      const began = performance.now();
      const { decide, curve } = await learn(seed, progress);
      const seconds = (performance.now() - began) / 1000;
      const stream = createStream(seed, 'data');
      const coin = stream.split('coin');
      runs.push({
        seed,
        curve,
        seconds,
        learnt: averageOf(play(decide, 100, stream.split('evaluation'))),
        random: averageOf(play(() => coin.integer(2), 100, stream.split('evaluation'))),
      });
    }
    plot(
      'returns',
      curvesSvg(
        'Steps that the pole was balanced while the policy learnt',
        runs.map(({ seed, curve }) => ({ name: `seed ${seed}`, values: curve })),
        { x: 'update, from 2,000 steps each', y: 'mean steps of an episode' },
      ),
      'The mean over the episodes of each update, pushes drawn from the policy; an episode ends after 500 steps.',
    );
    const steps = { digits: 1, unit: 'steps' };
    return [
      ...runs.map(
        ({ seed, learnt }): Figure => atLeast(`seed ${seed}: mean of 100 episodes`, learnt, 475, steps),
      ),
      stated('a random policy', averageOf(runs.map(({ random }) => random)), steps),
      stated('time to learn', averageOf(runs.map(({ seconds }) => seconds)), { digits: 1, unit: 's' }),
    ];
  },
};
