import { isOp } from '../graph/attributes.ts';
import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import { reachableNodes, type Tensor } from '../graph/tensor.ts';
import { ShapeError } from '../util/errors.ts';
import { formatShape, isRows } from '../util/shape.ts';
import { Emitter } from './emit.ts';
import { fuse } from './fuse.ts';
import { emitInPlace } from './inPlace.ts';
import { legalize } from './legalize.ts';
import { Program } from './program.ts';
import { simplify } from './simplify.ts';
import type { UpdateConstants, UpdateRule } from './updateRules.ts';

/** One run of trainable parameters that the optimizer treats alike. */
export interface UpdateRun {
  /** In elements of the trainable region. */
  readonly offset: number;
  readonly size: number;
  readonly constants: UpdateConstants;
}

/** The update that closes a training step. */
export interface UpdatePlan {
  readonly rule: UpdateRule;
  /** How many of the step's scalars each run reads. */
  readonly scalarsPerRun: number;
  readonly runs: readonly UpdateRun[];
}

/** What to compile. */
export interface CompileRequest {
  /** Tensors that can be read after a step, by name. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
  /** Scalars to record every step, by name; the loss is recorded as 'loss' by itself. */
  readonly records?: Readonly<Record<string, Tensor>>;
  /** The scalar to differentiate; needed for gradients. */
  readonly loss?: Tensor;
  /** The parameters whose gradients are wanted, by name. Default none. */
  readonly trainable?: readonly string[];
  /** The optimizer's update. Default none: the program ends with the gradients. */
  readonly update?: UpdatePlan;
  /** Values that replace parameters after the update, such as running statistics. */
  readonly assignments?: readonly (readonly [string, Tensor])[];
  /** Computes what the optimizer reads instead of the gradients. Default: the gradients. */
  readonly clip?: ((gradients: readonly Tensor[]) => readonly Tensor[]) | undefined;
  /** Constraints applied to parameters after the update, by name. Default none. */
  readonly constraints?: ReadonlyMap<string, { constrain(parameter: Tensor): Tensor }> | undefined;
  /** Whether inputs with a leading dimension of rows are gathered from bound data by the program. Default false. */
  readonly gathered?: boolean;
}

/**
 * Compile a graph to a program: differentiate the loss, simplify, fuse, and lay the ops out as one list of instructions.
 *
 * @throws ShapeError when the loss or a record is not a scalar.
 */
export function compile(request: CompileRequest): Program {
  const {
    outputs = {},
    records = {},
    loss,
    trainable = [],
    update,
    assignments = [],
    clip,
    constraints,
    gathered = false,
  } = request;
  const recorded: [string, Tensor][] = [
    ...(loss === undefined ? [] : [['loss', loss] as [string, Tensor]]),
    ...Object.entries(records),
  ];
  for (const [name, tensor] of recorded) requireScalar(name, tensor);

  const traced = simplify(
    [...recorded.map(([, t]) => t), ...Object.values(outputs), ...assignments.map(([, t]) => t)],
    'differentiate',
  );
  const gradients = loss === undefined ? [] : gradientsOf(traced[0], trainable);
  const whole = legalize(fuse(simplify([...traced, ...gradients.map(([, tensor]) => tensor)], 'emit')));
  const split = <T>(items: readonly T[]): Tensor[] => whole.splice(0, items.length);
  const recordTensors = split(recorded);
  const outputTensors = split(Object.keys(outputs));
  const assigned = split(assignments);
  const gradientTensors = split(gradients);

  const emitter = new Emitter();
  const everything = [...recordTensors, ...gradientTensors, ...outputTensors, ...assigned];
  if (gathered) emitGathers(emitter, everything);
  const copies: [Tensor, number][] = [];
  gradientTensors.forEach((tensor, i) => {
    const buffer = emitter.addBuffer('gradient', gradients[i][0], gradients[i][1]);
    if (!emitter.reserve(tensor, buffer)) copies.push([tensor, buffer]);
  });
  emitter.emit(everything);
  for (const [tensor, buffer] of copies)
    emitter.append('copy', {}, [emitter.holder(tensor)], [buffer], 'gradient');
  const sources = assigned.map((tensor) => valueBeforeUpdate(emitter, tensor));
  const names = gradients.map(([name]) => name);
  const reached = new Set(names);
  const missing = loss === undefined ? [] : trainable.filter((name) => !reached.has(name));
  emitRecords(emitter, recordTensors);
  if (loss !== undefined && trainable.length > 0) {
    emitter.append('checkFinite', { gradients: false }, [emitter.holder(recordTensors[0])], [], 'loss');
    emitter.append('checkFinite', { gradients: true }, [], [], 'gradient');
    emitter.append('stopUnlessFinite', {}, [], [], '');
  }
  const gradientEnd = emitter.instructions.length;
  if (clip !== undefined) emitInPlace(emitter, 'gradient', names, gradientTensors, clip);
  const scalarCount = update === undefined ? 0 : emitUpdate(emitter, update);
  gradients.forEach(([name, type]) => {
    const constraint = constraints?.get(name);
    if (constraint === undefined) return;
    emitInPlace(emitter, 'parameter', [name], [type], ([parameter]) => [constraint.constrain(parameter)]);
  });
  assigned.forEach((tensor, i) => {
    const target = emitter.addBuffer('parameter', assignments[i][0], tensor);
    emitter.append('copy', {}, [sources[i]], [target], 'state');
  });
  const outputBuffers = new Map(
    Object.keys(outputs).map((name, i) => [name, emitter.place(outputTensors[i])]),
  );
  for (const id of outputBuffers.values()) emitter.touch(id, emitter.instructions.length);
  return new Program({
    buffers: emitter.buffers,
    instructions: emitter.instructions,
    gradientEnd,
    inputs: emitter.inputs,
    gathered,
    outputs: outputBuffers,
    records: recorded.map(([name]) => name),
    scalarCount,
    streams: [...emitter.streams],
    unreached: missing,
  });
}

function requireScalar(name: string, tensor: Tensor): void {
  if (tensor.rank === 0) return;
  throw new ShapeError({
    received: `'${name}' of shape ${formatShape(tensor.shape)}`,
    expected: 'a scalar',
    remedy: 'Reduce it with mean or sum',
  });
}

/** The gradients of the loss by every trainable parameter that it depends on. */
function gradientsOf(loss: Tensor, trainable: readonly string[]): [string, Tensor][] {
  const wanted = new Set(trainable);
  const found = reachableNodes([loss]).flatMap((node): [string, Tensor][] =>
    isOp(node, 'parameter') && wanted.has(node.attributes.name)
      ? [[node.attributes.name, node.outputs[0]]]
      : [],
  );
  const tensors = differentiate(
    new Map([[loss, $.constant(1)]]),
    found.map(([, tensor]) => tensor),
  );
  return tensors.flatMap((tensor, i): [string, Tensor][] =>
    tensor === undefined ? [] : [[found[i][0], tensor]],
  );
}

/** What is assigned is the value the graph has seen: a parameter is copied before the update, or another assignment, changes it. */
function valueBeforeUpdate(emitter: Emitter, tensor: Tensor): number {
  const id = emitter.holder(tensor);
  if (emitter.buffers[id].kind !== 'parameter') return id;
  const spare = emitter.addBuffer('workspace', 'state', tensor);
  emitter.append('copy', {}, [id], [spare], 'state');
  return spare;
}

function emitGathers(emitter: Emitter, results: readonly Tensor[]): void {
  const gathered = new Set<number>();
  for (const node of reachableNodes(results)) {
    if (!isOp(node, 'input') || !isRows(node.outputs[0].shape[0] ?? 1)) continue;
    const id = emitter.place(node.outputs[0]);
    if (gathered.has(id)) continue;
    gathered.add(id);
    emitter.append('gather', { input: node.attributes.name }, [], [id], 'batch');
  }
}

function emitRecords(emitter: Emitter, tensors: readonly Tensor[]): void {
  tensors.forEach((tensor, column) => {
    emitter.append('record', { column }, [emitter.holder(tensor)], [], '');
  });
}

function emitUpdate(emitter: Emitter, { rule, runs, scalarsPerRun }: UpdatePlan): number {
  runs.forEach(({ offset, size, constants }, i) => {
    emitter.append('update', { rule, constants, offset, size, column: i * scalarsPerRun }, [], [], 'update');
  });
  return runs.length * scalarsPerRun;
}
