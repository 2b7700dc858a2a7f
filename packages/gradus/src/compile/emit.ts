import { isOp, type NodeOf, type OpName } from '../graph/attributes.ts';
import { countUses, type Node, reachableNodes, type Tensor } from '../graph/tensor.ts';
import { type Shape, sameShape } from '../util/shape.ts';
import type { Buffer, BufferKind, Instruction, InstructionAttributes, InstructionName } from './program.ts';
import { isInstructionName } from './program.ts';

/** A growing program: buffers, instructions, and which buffer holds which tensor. */
export class Emitter {
  readonly buffers: Buffer[] = [];
  readonly instructions: Instruction[] = [];
  readonly inputs = new Map<string, number>();
  readonly streams = new Set<string>();
  readonly #holders = new Map<Tensor, number>();
  readonly #reserved = new Map<Tensor, number>();
  readonly #parameters = new Map<string, number>();
  readonly #reshaped = new Map<string, number>();
  #loops = 0;

  /** Make a buffer. */
  addBuffer(
    kind: BufferKind,
    name: string,
    type: Pick<Buffer, 'shape' | 'dataType'>,
    more: Pick<Buffer, 'values' | 'view'> = {},
  ): number {
    const id = this.buffers.length;
    this.buffers.push({
      id,
      kind,
      name,
      shape: type.shape,
      dataType: type.dataType,
      ...more,
      first: -1,
      last: -1,
    });
    return id;
  }

  /** Append an instruction, and stretch the lifetimes of its operands to it. */
  append<K extends InstructionName>(
    op: K,
    attributes: InstructionAttributes[K],
    inputs: readonly number[],
    outputs: readonly number[],
    scope: string,
  ): void {
    const at = this.instructions.length;
    // One member of the union; the generic parameter ties the name to its attributes.
    this.instructions.push({ op, attributes, inputs, outputs, scope } as Instruction);
    for (const id of [...inputs, ...outputs]) this.touch(id, at);
  }

  /** Mark a buffer, and what it is a view of, as in use at an instruction. */
  touch(id: number, at: number): void {
    for (let buffer: Buffer | undefined = this.buffers[id]; buffer !== undefined; ) {
      if (buffer.first < 0 || at < buffer.first) buffer.first = at;
      if (at > buffer.last) buffer.last = at;
      buffer = buffer.view === undefined ? undefined : this.buffers[buffer.view.of];
    }
  }

  /** Have the tensor computed directly into a buffer; false when it already has one, or is no op's own output. */
  reserve(tensor: Tensor, buffer: number): boolean {
    const base = withoutReshape(tensor);
    if (this.#holders.has(base) || this.#reserved.has(base)) return false;
    if (!isInstructionName(base.node.op) && base.node.op !== 'repeat') return false;
    this.#reserved.set(base, buffer);
    return true;
  }

  /** The buffer of a tensor that has been emitted or comes from outside the graph, under the tensor's own shape. */
  holder(tensor: Tensor): number {
    return this.#shaped(this.place(tensor), tensor.shape);
  }

  /** A buffer under a shape: itself where it has that shape, else a view of it. */
  #shaped(id: number, shape: Shape): number {
    const buffer = this.buffers[id];
    if (sameShape(buffer.shape, shape)) return id;
    const key = `${id} ${shape.join()}`;
    const view =
      this.#reshaped.get(key) ??
      this.addBuffer(
        'view',
        buffer.name,
        { shape, dataType: buffer.dataType },
        { view: { of: id, loop: undefined } },
      );
    this.#reshaped.set(key, view);
    return view;
  }

  /** The buffer that holds a tensor's values, whatever shape they have there. */
  place(tensor: Tensor): number {
    const base = withoutReshape(tensor);
    const known = this.#holders.get(base);
    if (known !== undefined) return known;
    const { node } = base;
    if (isOp(node, 'constant')) {
      return this.hold(
        base,
        this.addBuffer('constant', node.scope, base, { values: node.attributes.values }),
      );
    }
    if (isOp(node, 'parameter') || isOp(node, 'input')) {
      const table = node.op === 'parameter' ? this.#parameters : this.inputs;
      const { name } = node.attributes;
      const id = table.get(name) ?? this.addBuffer(node.op, name, base);
      table.set(name, id);
      return this.hold(base, id);
    }
    throw new Error(`${base} is read before it is computed`);
  }

  /** Record which buffer holds a tensor's values. */
  hold(tensor: Tensor, id: number): number {
    this.#holders.set(tensor, id);
    return id;
  }

  /** Choose the buffer of a tensor that is about to be computed. */
  #newPlace(tensor: Tensor): number {
    const id = this.#reserved.get(tensor) ?? this.addBuffer('workspace', tensor.node.scope, tensor);
    return this.hold(tensor, id);
  }

  /** Emit all that the results need. */
  emit(results: readonly Tensor[]): void {
    const nodes = reachableNodes(results);
    this.#reserveShared(nodes, countUses(results));
    for (const node of nodes) {
      if (node.outputs.every((tensor) => this.#holders.has(withoutReshape(tensor)))) continue;
      this.#emitNode(node);
    }
  }

  /**
   * Have what only a loop reads, as the first value of a state, computed where the state will be; and what a product
   * alone is added to where the product goes. The last come first: a sum shares its buffer with all its terms.
   */
  #reserveShared(nodes: readonly Node[], uses: ReadonlyMap<Tensor, number>): void {
    const share = (tensor: Tensor, output: Tensor): void => {
      if (uses.get(tensor) !== 1 || !isInstructionName(tensor.node.op)) return;
      const place = this.#reserved.get(output) ?? this.addBuffer('workspace', output.node.scope, output);
      if (this.reserve(tensor, place)) this.#reserved.set(output, place);
    };
    for (const node of [...nodes].reverse()) {
      if (isOp(node, 'repeat')) {
        node.inputs.slice(0, node.attributes.carried).forEach((tensor, i) => {
          share(tensor, node.outputs[i]);
        });
      }
      const addend = addendOf(node);
      if (addend !== undefined) share(addend, node.outputs[0]);
    }
  }

  #emitNode(node: Node): void {
    if (isOp(node, 'repeat')) {
      this.#emitLoop(node);
      return;
    }
    if (!isInstructionName(node.op)) return;
    if (isOp(node, 'dropout') || isOp(node, 'random')) this.streams.add(node.attributes.stream);
    const inputs = node.inputs.map((tensor) => this.holder(tensor));
    const outputs = node.outputs.map((tensor) => this.#shaped(this.#newPlace(tensor), tensor.shape));
    const last = inputs.length - 1;
    if (addendOf(node) !== undefined && inputs[last] !== outputs[0]) {
      this.append('copy', {}, [inputs[last]], outputs, node.scope);
      inputs[last] = outputs[0];
    }
    // The node's op and attributes belong together by construction.
    this.append(node.op as InstructionName, node.attributes as never, inputs, outputs, node.scope);
  }

  #emitLoop(node: NodeOf<'repeat'>): void {
    const { count, reverse, carried, sliced, body } = node.attributes;
    const { placeholders, results } = body;
    const loop = this.#loops++;
    const begin = this.instructions.length;
    const states = node.outputs.slice(0, carried).map((output, i) => {
      const id = this.#newPlace(output);
      if (this.place(node.inputs[i]) !== id)
        this.append('copy', {}, [this.holder(node.inputs[i])], [id], node.scope);
      this.hold(placeholders[i], id);
      return id;
    });
    // A slice of an outer loop cannot be sliced again: it is copied out first, and copied back at the end.
    const isSlice = (id: number): boolean => this.buffers[id].view?.loop !== undefined;
    const sources = node.inputs.slice(carried).map((tensor, i) => {
      const source = this.place(tensor);
      if (i >= sliced || !isSlice(source)) return source;
      const whole = this.addBuffer('workspace', node.scope, tensor);
      this.append('copy', {}, [source], [whole], node.scope);
      return whole;
    });
    this.append('loopBegin', { loop, count, reverse }, [], [], node.scope);
    const viewOf = (of: number, tensor: Tensor): number =>
      this.addBuffer('view', node.scope, tensor, { view: { of, loop } });
    placeholders.slice(carried).forEach((placeholder, i) => {
      this.hold(placeholder, i < sliced ? viewOf(sources[i], placeholder) : sources[i]);
    });
    const copies: [Tensor, number][] = [];
    const returned: [number, number][] = [];
    results.slice(carried).forEach((result, i) => {
      const output = node.outputs[carried + i];
      const place = this.#newPlace(output);
      const whole = isSlice(place) ? this.addBuffer('workspace', node.scope, output) : place;
      if (whole !== place) returned.push([whole, place]);
      const view = viewOf(whole, result);
      if (!this.reserve(result, view)) copies.push([result, view]);
    });
    const nodes = reachableNodes(results);
    results.slice(0, carried).forEach((result, i) => {
      if (canReplace(result, placeholders[i], nodes, results)) this.reserve(result, states[i]);
    });
    this.emit(results);
    for (const [result, view] of copies) this.append('copy', {}, [this.holder(result)], [view], node.scope);
    // A next value that is itself a state must be read before any state changes.
    const nexts = results.slice(0, carried).map((result, i) => {
      const id = this.place(result);
      if (id === states[i] || !states.includes(id)) return id;
      const spare = this.addBuffer('workspace', node.scope, result);
      this.append('copy', {}, [id], [spare], node.scope);
      return spare;
    });
    nexts.forEach((id, i) => {
      if (id !== states[i]) this.append('copy', {}, [id], [states[i]], node.scope);
    });
    this.append('loopEnd', { loop }, [], [], node.scope);
    this.#stretchOverLoop(begin, this.instructions.length - 1);
    for (const [whole, place] of returned) this.append('copy', {}, [whole], [place], node.scope);
  }

  /** What enters a loop from outside, or leaves it, must last from its beginning to its end. */
  #stretchOverLoop(begin: number, end: number): void {
    const first = this.instructions.findIndex(
      (instruction, i) => i >= begin && instruction.op === 'loopBegin',
    );
    for (const buffer of this.buffers) {
      if (buffer.first < first && buffer.last > first) this.touch(buffer.id, end);
      const isStacked = this.buffers.some(({ view }) => view?.of === buffer.id && view.loop !== undefined);
      if (isStacked && buffer.last >= first && buffer.first <= end) {
        this.touch(buffer.id, first);
        this.touch(buffer.id, end);
      }
    }
  }
}

/** What a product is added to. */
const addendOf = (node: Node): Tensor | undefined =>
  (isOp(node, 'matmulActivation') || isOp(node, 'matmulActivationGradient')) && node.attributes.addend
    ? node.inputs[node.inputs.length - 1]
    : undefined;

/**
 * Whether the next value of a state can be computed in the state's buffer: nothing reads the state after it is
 * written, and what writes it reads it, if at all, as the term of a sum, element by element.
 */
function canReplace(
  next: Tensor,
  state: Tensor,
  nodes: readonly Node[],
  results: readonly Tensor[],
): boolean {
  const { node } = next;
  const addend = addendOf(node);
  if (results.includes(state) || !sameShape(next.shape, state.shape)) return false;
  // Where an addend shares the buffer of its sum, the buffer is written before the sum is.
  if (!isInstructionName(node.op) || (addend !== undefined && addend !== state)) return false;
  const isSum = addend === state || (isOp(node, 'binary') && node.attributes.function === 'add');
  return nodes
    .filter(({ inputs }) => inputs.includes(state))
    .every((reader) => {
      const isRead = isInstructionName(reader.op) || reader.op === 'repeat';
      return isRead && (reader.id < node.id || (reader === node && isSum && readsOnce(node, state)));
    });
}

const readsOnce = ({ inputs }: Node, tensor: Tensor): boolean =>
  inputs.filter((input) => input === tensor).length === 1;

/** Follow reshapes to the tensor whose values they show. */
export function withoutReshape(tensor: Tensor): Tensor {
  let base = tensor;
  while (base.node.op === ('reshape' satisfies OpName) || base.node.op === 'stopGradient')
    base = base.node.inputs[0];
  return base;
}
