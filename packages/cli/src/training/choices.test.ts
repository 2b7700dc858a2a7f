import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as gradus from 'gradus';
import { optimizerNames, scheduleFromConfig } from 'gradus';
import { decodeSafetensors } from 'gradus/formats';
import * as losses from 'gradus/losses';
import { afterAll, expect, test } from 'vitest';
import { smallTable, Workplace } from '../testing/command.ts';
import { readConfig } from './config.ts';
import { lossNames, recordedLoss } from './losses.ts';
import { firstLearningRate, optimizerOf } from './optimizers.ts';
import { askedAs, describeSchedule, planSchedule, scheduleNames } from './schedules.ts';

const place = new Workplace();
afterAll(() => place.remove());
const read = (...path: string[]): string => readFileSync(join(place.folder, ...path), 'utf8');
place.file('small.csv', smallTable(200));
const classes = ['train', 'small.csv', '--target', 'side'];
const numbers = ['train', 'small.csv', '--target', 'y', '--task', 'regress'];

/** Train until the fourth epoch has ended, and then go on. */
async function inTwoParts(args: readonly string[], out: string, asked: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  const write = (line: string): void => {
    if (/epoch +4\//.test(line)) interruption.abort();
  };
  const changes = { stderr: { write }, signal: interruption.signal };
  expect((await place.run([...args, '--out', out], changes)).code).toBe(130);
  const resumed = await place.run(['train', '--resume', out, ...asked]);
  expect([resumed.code, resumed.stderr.includes('gradus:')]).toEqual([0, false]);
}

const weights = (run: string) =>
  decodeSafetensors(readFileSync(join(place.folder, run, 'model.safetensors'))).tensors;

test.each([
  [
    'classes',
    ['--optimizer', 'sgd,momentum=0.5', '--loss', 'softmaxFocalCrossEntropy'],
    ['SGD (momentum 0.5)', 'focal loss'],
  ],
  [
    'numbers',
    ['--optimizer', 'nadam', '--loss', 'huber'],
    ['Nadam', 'Huber loss of the standardised target'],
  ],
])(
  '%s: the choices stand in plan, configuration and report, and are restored with the same bits',
  async (what, flags, said) => {
    const chosen = [...flags, '--schedule', 'warmUp,steps=9', '--clip-gradient', '0.5', '--batch-norm'];
    const args = [...(what === 'classes' ? classes : numbers), '--epochs', '10', ...chosen];
    const dry = await place.run([...args, '--dry-run']);
    for (const text of [...said.slice(1), 'batch normalization', 'schedule warmUp (steps 9, initial 0)']) {
      expect(dry.stdout).toContain(text);
    }
    expect(dry.stdout).toContain('gradients clipped to the norm 0.5');
    const [whole, parts] = [`${what}-whole`, `${what}-parts`];
    expect((await place.run([...args, '--out', whole])).code).toBe(0);
    await inTwoParts(args, parts, chosen);
    expect(weights(parts)).toEqual(weights(whole));
    expect(read(parts, 'metrics.json')).toBe(read(whole, 'metrics.json'));
    const { network, training } = JSON.parse(read(whole, 'config.json'));
    expect(network.batchNormalization).toBe(true);
    expect(training).toMatchObject({
      optimizer: flags[1].replace(',momentum=0.5', ''),
      optimizerNumbers: what === 'classes' ? { momentum: 0.5 } : {},
      loss: flags[3],
      clipGradient: 0.5,
      weightDecay: 0,
      // 140 rows in batches of 32: 5 steps an epoch.
      schedule: { name: 'warmUp', steps: 9, schedule: { name: 'cosineDecay', steps: 41 } },
    });
    const report = read(whole, 'report.html');
    for (const text of [...said, 'warmUp (steps 9, initial 0)', 'norm at most 0.5']) {
      expect(report).toContain(text);
    }
    expect(report).toContain('Batch normalization');
    const predicted = await place.run(['predict', whole, 'small.csv']);
    expect([predicted.code, predicted.stdout.trimEnd().split('\n').length]).toEqual([0, 201]);
  },
);

test('lbfgs: all rows at once, no learning rate, no dropout; resumed with the same bits', async () => {
  const args = [...numbers, '--optimizer', 'lbfgs', '--epochs', '9'];
  const dry = await place.run([...args, '--dry-run']);
  expect(dry.stdout).toContain('training: L-BFGS, all rows at once, at most 9 epochs');
  expect((await place.run([...args, '--out', 'lbfgs-whole'])).code).toBe(0);
  const { network, training } = JSON.parse(read('lbfgs-whole', 'config.json'));
  expect(network.dropout).toBe(0);
  expect(training).toMatchObject({ learningRate: null, batchSize: 140, optimizer: 'lbfgs', weightDecay: 0 });
  await inTwoParts(args, 'lbfgs-parts', ['--optimizer', 'lbfgs']);
  expect(weights('lbfgs-parts')).toEqual(weights('lbfgs-whole'));
});

test('going on with other choices is refused', async () => {
  const stopped = await place.run([...classes, '--schedule', 'stepDecay', '--out', 'stopped'], {
    signal: AbortSignal.abort(),
  });
  expect(stopped.code).toBe(130);
  for (const flags of [
    ['--optimizer', 'adam'],
    ['--optimizer', 'adamW,beta1=0.8'],
    ['--schedule', 'cosineDecay'],
    ['--schedule', 'stepDecay,factor=0.5'],
    ['--clip-gradient', '1'],
    ['--batch-norm'],
    ['--loss', 'softmaxFocalCrossEntropy'],
  ]) {
    const { code, stderr } = await place.run(['train', '--resume', 'stopped', ...flags]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--resume together with')]);
    if (flags[1] !== 'cosineDecay') continue;
    expect(stderr).toContain('schedule "cosineDecay". Expected what the run began with: "stepDecay".');
  }
  expect((await place.run(['train', '--resume', 'stopped', '--schedule', 'stepDecay,factor=0.1'])).code).toBe(
    0,
  );
});

test('every optimizer and every loss trains', async () => {
  const brief = ['--epochs', '2', '--json'];
  for (const name of optimizerNames) {
    const { code, stdout } = await place.run([...classes, ...brief, '--optimizer', name]);
    expect([name, code, JSON.parse(stdout).test.value]).toEqual([name, 0, 1]);
  }
  for (const name of lossNames) {
    const args = name.startsWith('softmax') ? classes : numbers;
    expect([name, (await place.run([...args, ...brief, '--loss', name])).code]).toEqual([name, 0]);
  }
  const mixed = await place.run([...numbers, '--loss', 'softmaxFocalCrossEntropy']);
  expect(mixed.code).toBe(2);
  expect(mixed.stderr).toContain(
    "--loss softmaxFocalCrossEntropy for the numbers of 'y'. Expected meanSquaredError, meanAbsoluteError or huber.",
  );
});

test('every schedule begins at the learning rate or rises to it, and is planned for all steps', () => {
  const falls = {
    stepDecay: 0.01,
    exponentialDecay: 0.01,
    inverseTimeDecay: 0.1,
    cosineDecay: 0,
    cosineRestarts: 1,
  };
  for (const name of scheduleNames) {
    const config = planSchedule({ name, numbers: {} }, 0.25, 700);
    expect(config === null).toBe(name === 'constant');
    if (config === null) continue;
    const { at } = scheduleFromConfig(config);
    const rates = Array.from({ length: 701 }, (_, step) => at(step));
    // The steps lie beside the top of the one cycle.
    expect(Math.abs(Math.max(...rates) / 0.25 - 1)).toBeLessThan(1e-4);
    if (Object.hasOwn(falls, name)) {
      expect(rates[0]).toBe(0.25);
      const factor = name === 'stepDecay' ? rates[699] / 0.25 : rates[700] / 0.25;
      expect(Math.abs(factor - falls[name as keyof typeof falls])).toBeLessThan(1e-12);
    } else {
      expect(rates[0]).toBeLessThan(0.25 / 20);
      expect(rates[700]).toBeLessThan(1e-5);
    }
    expect(describeSchedule(config)).toContain(`${name} (`);
    expect(askedAs(config, { name, numbers: {} })).toEqual({ name, numbers: {} });
  }
  const own = planSchedule({ name: 'stepDecay', numbers: { factor: 0.5, every: 100 } }, 1, 700);
  expect(own).toEqual({ name: 'stepDecay', initial: 1, factor: 0.5, every: 100 });
});

test('the usual learning rate is the measured one where steps are scaled alike, else the library’s', () => {
  expect(optimizerNames.map((name) => [name, firstLearningRate(name, 0.002)])).toEqual([
    ['adadelta', 1],
    ['adagrad', 0.01],
    ['adam', 0.002],
    ['adamW', 0.002],
    ['lbfgs', null],
    ['nadam', 0.002],
    ['rmsProp', 0.002],
    ['sgd', 0.01],
  ]);
});

test('a configuration of a version without these choices means what it meant then', () => {
  const first = {
    ...{ version: 1, gradus: '0.1.0', data: {}, target: 'y', task: 'regress', drop: [], types: {} },
    ...{ split: [0.7, 0.15, 0.15], seed: 0, numerics: 'fast', startedAt: '', command: '' },
    network: { hidden: [4], activation: 'relu', dropout: 0.1 },
    training: { epochs: 3, batchSize: 32, learningRate: 0.001, weightDecay: 0.01, labelSmoothing: 0 },
  };
  const { network, training, executor } = readConfig(JSON.stringify(first), 'config.json');
  expect([network.batchNormalization, executor]).toEqual([false, 'wasm']);
  expect(training).toMatchObject({
    ...first.training,
    ...{
      optimizer: 'adamW',
      schedule: null,
      clipGradient: null,
      loss: 'meanSquaredError',
      classWeight: null,
    },
  });
  expect(optimizerOf(training).config()).toMatchObject({
    name: 'adamW',
    learningRate: 0.001,
    weightDecay: 0.01,
  });
  expect(() => readConfig(JSON.stringify({ ...first, network: null }), 'config.json')).toThrow(
    'its network is a null',
  );
});

test('the names of losses in run folders of earlier releases are understood', () => {
  expect(['crossEntropy', 'focal', ...lossNames].map(recordedLoss)).toEqual([
    'softmaxCrossEntropy',
    'softmaxFocalCrossEntropy',
    ...lossNames,
  ]);
});

test('losses, optimizers and schedules have the names of the library', () => {
  expect(Object.keys(losses)).toEqual(expect.arrayContaining([...lossNames]));
  const others = [...optimizerNames, ...scheduleNames].filter((name) => name !== 'constant');
  expect(Object.keys(gradus)).toEqual(expect.arrayContaining(others));
});
