import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GradusError, loadModel } from 'gradus';
import { writeFileAtomically } from 'gradus/node';
import { afterAll, expect, test } from 'vitest';
import type { CommandContext } from '../context.ts';
import { smallTable, Workplace } from '../testing/command.ts';

const place = new Workplace();
afterAll(() => place.remove());
place.file('data.csv', smallTable(200));
const arguments_ = (out: string, epochs = 6) => [
  ...['train', 'data.csv', '--target', 'side', '--hidden', '8', '--seed', '3'],
  ...['--epochs', String(epochs), '--out', out],
];
const checkpointOf = (out: string) => join(place.folder, out, 'checkpoints', 'last.safetensors');
const weightsOf = (out: string) =>
  loadModel(readFileSync(join(place.folder, out, 'model.safetensors')))
    .model.getWeights()
    .map(({ values }) => [...values]);

/** A clock by which a checkpoint is due after every epoch. */
const fastClock = (): (() => number) => {
  let now = 0;
  return () => (now += 31_000);
};

/** A disk that is full for some files, as `writeFileAtomically` tells of one. */
const full =
  (isFull: (path: string) => boolean): CommandContext['writeFile'] =>
  async (path, content) => {
    if (!isFull(path)) return writeFileAtomically(path, content);
    throw new GradusError('platform', {
      received: `'${path}' cannot be written: the disk is full`,
      remedy: 'Free space, or choose a folder on another disk.',
    });
  };

test('a checkpoint that does not fit ends no training and costs no checkpoint: a warning, and the results', async () => {
  const whole = await place.run(arguments_('whole'));
  expect(whole.code).toBe(0);
  let checkpoints = 0;
  const { code, stderr } = await place.run(arguments_('narrow'), {
    clock: fastClock(),
    // The first checkpoint fits, the next three do not, the others do.
    writeFile: full((path) => path.endsWith('last.safetensors') && ++checkpoints >= 2 && checkpoints <= 4),
  });
  expect(code).toBe(0);
  expect(stderr.match(/A checkpoint could not be saved: .* the disk is full/g)).toHaveLength(1);
  expect(stderr).toContain('the checkpoint of epoch 1 stays');
  expect(stderr).toContain('Checkpoints can be written again.');
  expect(weightsOf('narrow')).toEqual(weightsOf('whole'));
});

test('interrupted on a full disk: the checkpoint before stays, is named, and is gone on from with the same bits', async () => {
  const interruption = new AbortController();
  let checkpoints = 0;
  const { code, stderr } = await place.run(arguments_('stopped'), {
    clock: fastClock(),
    signal: interruption.signal,
    writeFile: full((path) => {
      if (!path.endsWith('last.safetensors')) return false;
      checkpoints++;
      if (checkpoints === 2) interruption.abort();
      return checkpoints >= 2;
    }),
  });
  expect(code).toBe(130);
  expect(stderr).toContain('the checkpoint of epoch 1 stays');
  expect(stderr).toContain('gradus train --resume stopped');
  const resumed = await place.run(['train', '--resume', 'stopped']);
  expect(resumed.code).toBe(0);
  expect(weightsOf('stopped')).toEqual(weightsOf('whole'));
});

test('interrupted on a disk that never had room: exit code 2 says so, and the run can begin again', async () => {
  const { code, stderr } = await place.run(arguments_('never'), {
    signal: AbortSignal.abort(),
    writeFile: full((path) => path.endsWith('last.safetensors')),
  });
  expect(code).toBe(2);
  expect(stderr).toContain('the disk is full), and there is no checkpoint: the run begins again. To go on:');
  expect((await place.run(['train', '--resume', 'never'])).code).toBe(0);
  expect(weightsOf('never')).toEqual(weightsOf('whole'));
});

test('nothing fits after the training: what was saved stays', async () => {
  const { code, stderr } = await place.run(arguments_('late'), {
    clock: fastClock(),
    writeFile: full((path) => path.endsWith('model.safetensors') || path.endsWith('metrics.json')),
  });
  expect(code).toBe(2);
  expect(stderr).toContain('the network is trained, but its results are missing');
  expect(existsSync(checkpointOf('late'))).toBe(true);
  const resumed = await place.run(['train', '--resume', 'late']);
  expect(resumed.code).toBe(0);
  expect(weightsOf('late')).toEqual(weightsOf('whole'));
});

test('killed before the first checkpoint: --resume begins again with the same bits, and sweeps temporary files', async () => {
  await place.run(arguments_('early'));
  for (const file of [
    'model.safetensors',
    'report.html',
    'metrics.json',
    join('checkpoints', 'last.safetensors'),
  ])
    rmSync(join(place.folder, 'early', file));
  writeFileSync(join(place.folder, 'early', 'checkpoints', '.gradus-12345-1.tmp'), 'half');
  writeFileSync(join(place.folder, 'early', '.gradus-12345-2.tmp'), 'half');
  const predicted = await place.run(['predict', 'early', 'data.csv']);
  expect(predicted.stderr).toContain('gradus train --resume early');
  const resumed = await place.run(['train', '--resume', 'early']);
  expect(resumed.stderr).toContain('it begins again, with the same bits');
  expect(resumed.code).toBe(0);
  expect(weightsOf('early')).toEqual(weightsOf('whole'));
  expect(place.files().filter((path) => path.endsWith('.tmp'))).toEqual([]);
});

test('of two runs with one --out exactly one goes on', async () => {
  for (let attempt = 0; attempt < 5; attempt++) {
    const out = `shared${attempt}`;
    const [a, b] = await Promise.all([place.run(arguments_(out, 1)), place.run(arguments_(out, 1))]);
    expect([a.code, b.code].sort()).toEqual([0, 2]);
    expect(a.stderr + b.stderr).toMatch(/which another run has just taken|is not empty/);
  }
});

test('a run folder that is removed during training is made again whole, and a warning says so', async () => {
  let isRemoved = false;
  const { code, stderr } = await place.run(arguments_('removed'), {
    clock: fastClock(),
    writeFile: async (path, content) => {
      await writeFileAtomically(path, content);
      if (isRemoved || !path.endsWith('last.safetensors')) return;
      isRemoved = true;
      rmSync(join(place.folder, 'removed'), { recursive: true });
    },
  });
  expect(code).toBe(0);
  expect(stderr).toContain('The folder of the run was removed while it trained. It is made again: removed');
  expect(existsSync(join(place.folder, 'removed', 'config.json'))).toBe(true);
  expect(weightsOf('removed')).toEqual(weightsOf('whole'));
});
