import { planMemory } from '../compile/plan.ts';
import type { Buffer, Instruction, Program } from '../compile/program.ts';
import type { ArrayValue, EvaluationContext } from '../runtime/reference/ops/evaluation.ts';
import { type ComputedOp, evaluateOp } from '../runtime/reference/ops/index.ts';
import { programStreamKey } from '../runtime/streams.ts';
import { resolveShape } from '../util/shape.ts';

/** What a program is given in an arena. */
export interface ArenaInputs {
  readonly rows: number;
  readonly step: number;
  readonly seed: number;
  readonly inputs: ReadonlyMap<string, ArrayLike<number>>;
  readonly parameters: ReadonlyMap<string, ArrayLike<number>>;
}

/**
 * Run a program's value and gradient in one float64 array laid out by the memory plan, for a capacity of `rows`. What
 * has not been written yet and what is dead is NaN, so that a read of either shows.
 *
 * @returns The record columns, the outputs and the gradients (as `∂name`), by name.
 */
export function runInArena(program: Program, given: ArenaInputs): Map<string, ArrayLike<number>> {
  const { rows } = given;
  const plan = planMemory(program.buffers, rows);
  const arena = new Float64Array(plan.bytes / 4).fill(Number.NaN);
  const own = new Map<number, ArrayValue['values']>();
  const loopAt = new Map<number, number>();
  const results = new Map<string, ArrayLike<number>>();

  const arrayOf = (buffer: Buffer): ArrayValue => {
    const shape = resolveShape(buffer.shape, rows);
    const size = shape.reduce((a, b) => a * b, 1);
    if (buffer.view !== undefined) {
      const { of, loop } = buffer.view;
      const t = loop === undefined ? 0 : loopAt.get(loop)!;
      const { values } = arrayOf(program.buffers[of]);
      return { shape, values: values.subarray(t * size, (t + 1) * size) as ArrayValue['values'] };
    }
    if (buffer.kind === 'workspace') {
      const start = plan.offsets[buffer.id] / 4;
      return { shape, values: arena.subarray(start, start + size) };
    }
    let values = own.get(buffer.id);
    if (values === undefined) {
      values = buffer.dataType === 'int' ? new Int32Array(size) : new Float64Array(size);
      const source =
        buffer.kind === 'parameter'
          ? given.parameters.get(buffer.name)
          : buffer.kind === 'input'
            ? given.inputs.get(buffer.name)
            : buffer.values;
      if (source !== undefined) values.set(source);
      own.set(buffer.id, values);
    }
    return { shape, values };
  };
  const context: EvaluationContext = {
    rows,
    step: given.step,
    streamKey: (stream) => programStreamKey(given.seed, stream),
    evaluateBody: () => [],
  };
  const run = (instruction: Instruction): void => {
    const { op } = instruction;
    const inputs = instruction.inputs.map((id) => arrayOf(program.buffers[id]));
    const outputs = instruction.outputs.map((id) => arrayOf(program.buffers[id]));
    if (op === 'record') {
      results.set(program.records[instruction.attributes.column], inputs[0].values.slice());
      return;
    }
    if (op === 'gather' || op === 'checkFinite' || op === 'stopUnlessFinite') return;
    if (op === 'copy') outputs[0].values.set(inputs[0].values);
    else if (op === 'fill') outputs[0].values.fill(instruction.attributes.value);
    else {
      evaluateOp(op as ComputedOp, {
        attributes: instruction.attributes as never,
        inputs,
        outputs,
        context,
      });
    }
  };
  const poison = (at: number): void => {
    for (const buffer of program.buffers) {
      if (buffer.kind === 'workspace' && buffer.last === at) arrayOf(buffer).values.fill(Number.NaN);
    }
  };
  const runRange = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      const instruction = program.instructions[at];
      if (instruction.op === 'loopBegin') {
        const { loop, count, reverse } = instruction.attributes;
        const end = program.instructions.findIndex(
          (other) => other.op === 'loopEnd' && other.attributes.loop === loop,
        );
        for (let i = 0; i < count; i++) {
          loopAt.set(loop, reverse ? count - 1 - i : i);
          runRange(at + 1, end);
        }
        at = end;
      } else {
        run(instruction);
      }
      poison(at);
    }
  };
  runRange(0, program.gradientEnd);
  for (const [name, id] of program.outputs) results.set(name, arrayOf(program.buffers[id]).values.slice());
  for (const buffer of program.buffers) {
    if (buffer.kind === 'gradient') results.set(`∂${buffer.name}`, arrayOf(buffer).values.slice());
  }
  return results;
}
