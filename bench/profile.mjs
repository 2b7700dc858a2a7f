// @ts-check
// node bench/profile.mjs [workload …] [--portable|--blas] [--threads=2] [--program]: where the time of a training step goes. Each
// instruction of a workload's program is run alone many times, on the machine that runs the whole; its time, its
// multiply-adds and the bytes of its operands stand beside it. Alone, an instruction finds its operands in the nearest
// cache, so the whole step is timed as well.
import { serveSources } from './sources.mjs';

/** How often the best of several runs is looked for, and how long a run should take, in milliseconds. */
const ROUNDS = 15;
const MILLISECONDS = 4;

/** The library from its sources, and the workloads on it. */
async function loadLibrary() {
  const { load, loadBench, close } = await serveSources();
  const { drawWorkload, workloads } = await loadBench('workloads.mjs');
  return { load, close, drawWorkload, workloads };
}

/**
 * Multiply-adds of an instruction and the bytes that it reads and writes.
 * @param {any} program
 * @param {any} instruction
 * @param {number} rows
 * @param {number} parameters Elements that the optimizer changes.
 */
function costOf(program, { op, attributes, inputs, outputs }, rows, parameters) {
  const dimensions = (/** @type {number} */ id) =>
    program.buffers[id].shape.map((/** @type {number} */ n) => (n < 0 ? -n * rows : n));
  const size = (/** @type {number} */ id) =>
    dimensions(id).reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
  const bytes = [...inputs, ...outputs].reduce((sum, id) => sum + 4 * size(id), 0);
  if (op === 'checkFinite' && attributes.gradients) return { work: 0, bytes: 4 * parameters };
  if (op === 'gather') return { work: 0, bytes: 2 * bytes };
  if (op === 'update')
    return { work: 0, bytes: 4 * attributes.size * (attributes.rule.startsWith('adam') ? 7 : 3) };
  if (!op.startsWith('matmul')) return { work: 0, bytes };
  const k = dimensions(inputs[0])[attributes.transposeA ? 0 : 1];
  return { work: size(outputs[0]) * k, bytes };
}

/**
 * Time each instruction of a workload's training step.
 * @param {any} library
 * @param {import('./workloads.mjs').Workload} workload
 * @param {'fast' | 'portable' | 'blas'} numerics
 * @param {number} threads
 */
async function profile({ load, drawWorkload }, workload, numerics, threads) {
  const gradus = await load('index.ts');
  const { Program } = await load('compile/program.ts');
  const { formatProgram } = await load('compile/formatProgram.ts');
  const executor =
    numerics === 'blas'
      ? (await load('node/index.ts')).createBlasExecutor({ threads })
      : gradus.createWasmExecutor({ numerics, threads });
  /** @type {any} */
  let captured;
  const spy = Object.create(executor);
  // What training binds it gives back at its end: each table is made twice.
  const kept = new Map();
  spy.createData = (/** @type {any} */ source) => {
    const table = executor.createData(source);
    kept.set(table, executor.createData(source));
    return table;
  };
  spy.createSession = (/** @type {any} */ program, /** @type {any} */ options) => {
    const session = executor.createSession(program, options);
    if (program.scalarCount === 0) return session;
    captured = { program, options, data: new Map() };
    const { data } = captured;
    const { bind } = session;
    session.bind = (/** @type {string} */ input, /** @type {any} */ table) => {
      data.set(input, kept.get(table));
      bind.call(session, input, table);
    };
    return session;
  };
  const { layers, batch } = workload;
  const { x, y, kernels } = drawWorkload(workload);
  const parts = kernels.map((/** @type {Float32Array} */ kernel, /** @type {number} */ i) =>
    gradus.dense(layers[i + 1], {
      activation: i < kernels.length - 1 ? 'relu' : 'identity',
      kernelInitializer: gradus.given(kernel),
    }),
  );
  const model = gradus.sequential(parts, { inputShape: [layers[0]] });
  /** @type {{ name: string, microseconds: number, work: number, bytes: number }[]} */
  const rows = [];
  const rowCount = x.length / layers[0];
  const parameters = model.parameterCount;
  /** Time a program's steps, the best of some runs, in microseconds. */
  const time = (/** @type {any} */ program) => {
    const session = executor.createSession(program, captured.options);
    for (const [input, table] of captured.data) if (program.inputs.has(input)) session.bind(input, table);
    const run = (/** @type {number} */ steps) => {
      const order = new Int32Array(steps * batch).map((_, i) => (i * 7) % rowCount);
      // A small step size: the weights stay what they are, nearly.
      const scalars = new Float64Array(steps * captured.program.scalarCount).fill(1e-3);
      session.start({ steps, batchSize: batch, rowCount: order.length, order, scalars });
      const began = performance.now();
      session.advance();
      return (performance.now() - began) / steps;
    };
    let steps = 1;
    for (let once = run(1); once * steps < MILLISECONDS && steps < 20000; once = run(steps)) steps *= 2;
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < ROUNDS; i++) best = Math.min(best, run(steps));
    session.dispose();
    return best * 1000;
  };
  await model.fit(
    { x: { values: x, width: layers[0] }, y },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: gradus.adam(),
      epochs: 1,
      batchSize: batch,
      executor: spy,
    },
  );
  const { program } = captured;
  const only = (/** @type {readonly any[]} */ instructions, /** @type {number} */ gradientEnd) =>
    new Program({ ...program, instructions, gradientEnd });
  const whole = time(program);
  const nothing = time(only([], 0));
  const lines = formatProgram(program, batch)
    .split('\n')
    .filter((/** @type {string} */ line) => /^ *\d/.test(line));
  for (const [i, instruction] of program.instructions.entries()) {
    if (instruction.op === 'stopUnlessFinite') continue;
    const isUpdate = i >= program.gradientEnd;
    const microseconds = time(only([instruction], isUpdate ? 0 : 1)) - nothing;
    rows.push({
      name: lines[i].replace(/ +;.*/, '').trim(),
      microseconds,
      ...costOf(program, instruction, batch, parameters),
    });
  }
  return { name: workload.name, numerics, whole, nothing, rows, listing: formatProgram(program, batch) };
}

const wanted = process.argv.slice(2);
const names = wanted.filter((name) => !name.startsWith('--'));
const threads = Number(/--threads=(\d+)/.exec(wanted.join(' '))?.[1] ?? 1);
const library = await loadLibrary();
const { close, workloads } = library;
for (const workload of workloads.filter(
  (/** @type {{ name: string }} */ { name }) => names.length === 0 || names.includes(name),
)) {
  const { name, whole, nothing, rows, listing } = await profile(
    library,
    workload,
    wanted.includes('--blas') ? 'blas' : wanted.includes('--portable') ? 'portable' : 'fast',
    threads,
  );
  const sum = rows.reduce(
    (/** @type {number} */ total, /** @type {any} */ row) => total + row.microseconds,
    0,
  );
  const products = rows.reduce(
    (/** @type {number} */ total, /** @type {any} */ row) => total + (row.work > 0 ? row.microseconds : 0),
    0,
  );
  const line = (/** @type {readonly string[]} */ cells, /** @type {string} */ text) =>
    console.log(`${cells.map((cell, i) => cell.padStart([9, 8, 11, 9, 9][i])).join('')}  ${text}`);
  console.log(
    `${name}, threads: ${threads}: ${whole.toFixed(2)} µs a step; its instructions alone ${sum.toFixed(2)}, products ${products.toFixed(2)}; an empty step ${nothing.toFixed(2)}`,
  );
  line(
    ['µs', 'share', 'multiply-adds', 'GFLOP/s', 'GB/s'].map((cell) => cell.slice(0, 10)),
    'instruction',
  );
  for (const { name: text, microseconds, work, bytes } of rows) {
    line(
      [
        microseconds.toFixed(2),
        `${((100 * microseconds) / sum).toFixed(1)} %`,
        work > 0 ? String(work) : '',
        work > 0 ? ((2 * work) / microseconds / 1000).toFixed(1) : '',
        (bytes / microseconds / 1000).toFixed(1),
      ],
      text,
    );
  }
  if (wanted.includes('--program')) console.log(listing);
  console.log();
}
await close();
