import { version } from 'gradus';
import { afterAll, expect, test } from 'vitest';
import { Workplace } from './testing/command.ts';

const place = new Workplace();
afterAll(() => place.remove());

test('--version prints the version and nothing else', async () => {
  expect(await place.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help prints commands, examples and exit codes; every command explains its flags', async () => {
  const help = await place.run(['--help']);
  expect(help.code).toBe(0);
  // A long example stands on a line of its own, its meaning below it.
  expect(help.stdout).toMatch(/gradus predict latest new\.csv --out predicted\.csv\n {9,}predict/);
  for (const word of ['train', 'predict', 'evaluate', 'doctor', 'Exit codes', '130'])
    expect(help.stdout).toContain(word);
  for (const command of ['train', 'predict', 'evaluate', 'doctor']) {
    for (const args of [
      [command, '--help'],
      ['help', command],
      [command, 'x', '-h'],
    ]) {
      const { code, stdout, stderr } = await place.run(args);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`gradus ${command} `);
      expect(stdout).toContain('Examples');
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    }
  }
});

test('without a command the overview goes to standard error, and the exit code says so', async () => {
  const { code, stdout, stderr } = await place.run([]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage');
});

test.each([
  [['trian'], 'did you mean train?'],
  [['--train'], 'the flag --train before a command'],
  [['train', 'penguins', '--sed', '1'], '--seed is the nearest'],
  [['train'], 'no data'],
  [['train', 'a.csv', 'b.csv'], '2 files (a.csv, b.csv)'],
  [['train', 'penguins', '--split', '70/30'], 'training, validation and test rows'],
  [['train', 'penguins', '--split', '100/0/0'], 'training, validation and test rows'],
  [['train', 'penguins', '--type', 'island=word'], 'COL=KIND'],
  [['train', 'penguins', '--task', 'cluster'], 'classify or regress'],
  [['train', 'penguins', '--task', 'regression'], 'Did you mean regress?'],
  [['train', 'penguins', '--task', 'classification'], 'Did you mean classify?'],
  [['train', 'penguins', '--hidden', '65536,65536'], 'Expected at most 200,000,000'],
  [['train', '--resume', 'latest'], 'holds no interrupted run'],
  [['--versoin'], 'did you mean --version?'],
  [['train', 'penguins', '--hidden', '64,none'], 'a whole number from 1 to 65536'],
  [['train', 'penguins', '--time', 'soon'], 'a length such as 90s'],
  [['train', 'penguins', '--target', 'specis'], 'Did you mean "species"?'],
  [['train', 'penguins', '--drop', 'iland'], 'Did you mean "island"?'],
  [['train', 'penguins', '--class-weight', 'balance'], 'Did you mean balanced?'],
  [['train', 'penguins', '--class-weight', '1,2,3'], 'Expected balanced'],
  [['train', 'penguins', '--optimizer', 'AdamW'], 'rmsProp or sgd. Did you mean adamW?'],
  [['train', 'penguins', '--optimizer', 'rms_prop'], 'Did you mean rmsProp?'],
  [['train', 'penguins', '--loss', 'mse'], 'Did you mean meanSquaredError?'],
  [['train', 'penguins', '--loss', 'bce'], 'Did you mean softmaxCrossEntropy?'],
  [['train', 'penguins', '--loss', 'categoricalCrossEntropy'], 'Did you mean softmaxCrossEntropy?'],
  [
    ['train', 'penguins', '--optimizer', 'lbfgs', '--schedule', 'cosineDecay'],
    'lbfgs together with --schedule.',
  ],
  [
    ['train', 'penguins', '--optimizer', 'lbfgs', '--batch-norm', '--batch-size', '8'],
    'sees all rows at once',
  ],
  [['train', 'penguins', '--optimizer', 'sgd,momentum=1'], '--optimizer sgd,momentum=1: momentum is 1'],
  [['train', 'penguins', '--optimizer', 'adam,momentum=0.5'], "the option 'momentum' of adam"],
  [['train', 'penguins', '--optimizer', 'sgd,learningRate=1'], 'Write --learning-rate'],
  [['train', 'penguins', '--optimizer', 'sgd,fast'], 'For example --optimizer sgd,momentum=0.9'],
  [['train', 'penguins', '--schedule', 'cosineDecy'], 'Did you mean cosineDecay?'],
  [
    ['train', 'penguins', '--schedule', 'stepDecay,every'],
    'For example --schedule stepDecay,factor=0.5,every=100',
  ],
  [['train', 'penguins', '--schedule', 'stepDecay,facto=1'], "Did you mean 'factor'?"],
  [['train', 'penguins', '--schedule', 'stepDecay,every=0'], '--schedule stepDecay,every=0: every is 0'],
  [['train', 'penguins', '--schedule', 'cosineDecay,initial=1'], 'Write --learning-rate'],
  [['train', 'penguins', '--schedule', 'constant,every=3'], 'the name alone'],
  [['train', 'penguins', '--schedule', 'warmUp,steps=0.5'], 'steps is 0.5'],
  [['train', 'penguins', '--schedule', 'oneCycle', '--epochs', '1', '--batch-size', '999'], 'steps is 1.'],
  [['train', 'penguins', '--clip-gradient', '0'], 'a number above 0'],
  [['train', 'penguins', '--batch-norm=3'], 'it takes no value'],
  [
    ['train', 'penguins', '--loss', 'huber'],
    "the classes of 'species'. Expected softmaxCrossEntropy or softmaxFocalCrossEntropy",
  ],
  [['train', 'penguins', '--loss', 'hubber'], 'Did you mean huber?'],
  [['train', 'penguins', '--task', 'regress'], ''],
  [['predict'], 'no run'],
  [['predict', 'nowhere', 'x.csv'], "there is no 'nowhere'"],
  [['evaluate', 'latest'], 'no --data'],
])('%j is a mistake on the command line', async (args, message) => {
  const { code, stdout, stderr } = await place.run(args);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^gradus: .*\n$/);
  expect(code).toBe(args.includes('regress') ? 3 : 2);
  expect(place.files()).toEqual([]);
});

test('what is a mistake of ours asks for a report, and shows where only when asked to', async () => {
  const today = (): Date => {
    throw new TypeError('no calendar');
  };
  const { code, stderr } = await place.run(['train', 'penguins'], { today });
  expect(code).toBe(1);
  expect(stderr).toContain('this is a mistake in gradus');
  expect(stderr).toContain('GRADUS_DEBUG=1');
  expect(stderr).not.toContain('    at ');
  const debug = await place.run(['train', 'penguins'], { today, environment: { GRADUS_DEBUG: '1' } });
  expect(debug.stderr).toContain('    at ');
});
