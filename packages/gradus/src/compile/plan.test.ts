import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { runInArena } from '../testing/arena.ts';
import { type RandomGraph, randomGraph } from '../testing/randomGraph.ts';
import { differences, type Results, runInterpreted, STEP_AND_SEED, scales } from '../testing/runGraph.ts';
import { compile } from './compile.ts';
import { planMemory } from './plan.ts';
import { type Buffer, bufferBytes, type Program } from './program.ts';

const program = ({ loss, outputs, parameters }: RandomGraph): Program =>
  compile({ loss, outputs, trainable: parameters.map(({ name }) => name), gathered: true });

const hasLoop = ({ instructions }: Program): boolean => instructions.some(({ op }) => op === 'loopBegin');

/** From what instruction to what instruction each workspace buffer of a straight program is in use, read anew. */
function lifetimes({ buffers, instructions, outputs }: Program): Map<Buffer, [number, number]> {
  const found = new Map<Buffer, [number, number]>();
  const use = (id: number, at: number): void => {
    const { view } = buffers[id];
    if (view !== undefined) {
      use(view.of, at);
      return;
    }
    if (buffers[id].kind !== 'workspace') return;
    const [first] = found.get(buffers[id]) ?? [at];
    found.set(buffers[id], [first, at]);
  };
  instructions.forEach((instruction, at) => {
    for (const id of [...instruction.inputs, ...instruction.outputs]) use(id, at);
  });
  for (const id of outputs.values()) use(id, instructions.length);
  return found;
}

/** The largest sum of bytes in use at one instruction, without any alignment. */
function peakOf(spans: ReadonlyMap<Buffer, readonly [number, number]>, rows: number): number {
  let peak = 0;
  const last = Math.max(0, ...[...spans.values()].map(([, end]) => end));
  for (let at = 0; at <= last; at++) {
    let live = 0;
    for (const [buffer, [first, end]] of spans)
      if (first <= at && at <= end) live += bufferBytes(buffer, rows);
    peak = Math.max(peak, live);
  }
  return peak;
}

/** Layers of the eight training workloads, with their batches. */
const WORKLOADS = [
  { name: 'xor', layers: [2, 8, 2], batch: 32 },
  { name: 'tabular', layers: [30, 100, 2], batch: 32 },
  { name: 'digits', layers: [64, 100, 10], batch: 200 },
  { name: 'mnist-100', layers: [784, 100, 10], batch: 100 },
  { name: 'mnist-128', layers: [784, 128, 10], batch: 32 },
  { name: 'mnist-512x2', layers: [784, 512, 512, 10], batch: 128 },
  { name: 'mnist-800x2', layers: [784, 800, 800, 10], batch: 256 },
  { name: 'deep-1024x3', layers: [100, 1024, 1024, 1024, 10], batch: 512 },
];

function perceptron(layers: readonly number[]): Program {
  let x = $.input('x', [-1, layers[0]]);
  const trainable: string[] = [];
  const parameter = (name: string, shape: readonly number[]) => {
    trainable.push(name);
    return $.parameter(name, shape);
  };
  layers.slice(1).forEach((units, i) => {
    const sum = $.add($.matmul(x, parameter(`w${i}`, [layers[i], units])), parameter(`b${i}`, [units]));
    x = i === layers.length - 2 ? sum : $.relu(sum);
  });
  const loss = $.mean($.softmaxCrossEntropy(x, $.input('labels', [-1], 'int')));
  return compile({ loss, trainable, gathered: true });
}

for (const { name, layers, batch } of WORKLOADS) {
  test(`${name}: planned bytes ≤ 1.2 × the peak of live bytes`, () => {
    const made = perceptron(layers);
    const { bytes } = planMemory(made.buffers, batch);
    expect(bytes).toBeLessThanOrEqual(1.2 * peakOf(lifetimes(made), batch));
  });
}

test('500 random graphs: planned bytes ≤ 1.2 × the peak of live bytes, in units of 64 bytes', () => {
  for (let seed = 0; seed < 500; seed++) {
    const graph = randomGraph(seed);
    const { bytes, peakLiveBytes } = planMemory(program(graph).buffers, graph.rows);
    if (!(bytes <= 1.2 * peakLiveBytes))
      expect.fail(`graph ${seed}: ${bytes} planned, ${peakLiveBytes} live`);
  }
});

test('lifetimes of straight programs are no longer than their uses', () => {
  for (let seed = 0; seed < 200; seed++) {
    const made = program(randomGraph(seed));
    if (hasLoop(made)) continue;
    for (const [buffer, span] of lifetimes(made)) {
      expect([buffer.first, buffer.last], `graph ${seed}, b${buffer.id}`).toEqual(span);
    }
  }
});

test('buffers in use together never overlap', () => {
  for (let seed = 0; seed < 500; seed++) {
    const graph = randomGraph(seed);
    const { buffers } = program(graph);
    const { offsets, bytes } = planMemory(buffers, graph.rows);
    const placed = buffers.filter(({ id }) => offsets[id] >= 0);
    for (const a of placed) {
      const endOfA = offsets[a.id] + bufferBytes(a, graph.rows);
      expect(endOfA).toBeLessThanOrEqual(bytes);
      for (const b of placed) {
        if (b.id <= a.id || a.last < b.first || b.last < a.first) continue;
        const apart = endOfA <= offsets[b.id] || offsets[b.id] + bufferBytes(b, graph.rows) <= offsets[a.id];
        if (!apart && bufferBytes(a, graph.rows) > 0 && bufferBytes(b, graph.rows) > 0)
          expect.fail(`graph ${seed}: b${a.id} and b${b.id} overlap`);
      }
    }
  }
});

/** Run a graph's program in the poisoned arena. */
const inArena = (graph: RandomGraph, made: Program): Results =>
  runInArena(made, {
    rows: graph.rows,
    ...STEP_AND_SEED,
    inputs: new Map(graph.inputs.map(({ name, values }) => [name, values])),
    parameters: graph.values,
  });

test('no instruction reads what is dead: in an arena poisoned with NaN the results stay the same', () => {
  for (let seed = 0; seed < 500; seed++) {
    const graph = randomGraph(seed);
    const truth = runInterpreted(graph, 'float64');
    const scale = scales(truth);
    for (const [name, difference] of differences(inArena(graph, program(graph)), truth)) {
      if (!(difference <= 1e-10 * scale.get(name)!))
        expect.fail(`graph ${seed}: ${name} differs by ${difference}`);
    }
  }
});

test('the arena shows a buffer that dies before its last use', () => {
  const graph = randomGraph(0);
  const count = program(graph).buffers.length;
  let shown = 0;
  let tried = 0;
  for (let id = 0; id < count; id++) {
    const made = program(graph);
    const buffer = made.buffers[id];
    if (buffer.kind !== 'workspace' || buffer.last <= buffer.first || buffer.last >= made.gradientEnd)
      continue;
    const { op } = made.instructions[buffer.last];
    if (op === 'record' || op === 'checkFinite') continue;
    buffer.last--;
    tried++;
    const results = [...inArena(graph, made).values()];
    if (results.some((values) => Array.from(values).some(Number.isNaN))) shown++;
  }
  expect(tried).toBeGreaterThan(5);
  expect(shown).toBe(tried);
});

test('a program without workspace buffers takes no bytes', () => {
  expect(planMemory([], 4)).toEqual({ offsets: new Int32Array(0), bytes: 0, peakLiveBytes: 0 });
});

test('ten thousand buffers are planned in time, each apart from those alive beside it', () => {
  const count = 10_000;
  const buffers: Buffer[] = Array.from({ length: count }, (_, id) => ({
    ...{ id, kind: 'workspace', name: 'op', shape: [1 + 16 * (id % 7)], dataType: 'float' },
    ...{ first: id, last: id + 1 + (id % 3) },
  }));
  const { offsets, bytes, peakLiveBytes } = planMemory(buffers, 1);
  expect(bytes).toBeLessThanOrEqual(3 * peakLiveBytes);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < Math.min(count, a + 5); b++) {
      if (buffers[b].first > buffers[a].last) continue;
      const sizeOf = (id: number) => 64 * Math.ceil(bufferBytes(buffers[id], 1) / 64);
      const isApart = offsets[a] + sizeOf(a) <= offsets[b] || offsets[b] + sizeOf(b) <= offsets[a];
      expect(isApart).toBe(true);
    }
  }
});
