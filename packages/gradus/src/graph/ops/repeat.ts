import { ShapeError } from '../../util/errors.ts';
import { formatShape, multiplyDimensions, type Shape, sameShape } from '../../util/shape.ts';
import { applyAll } from '../definition.ts';
import { differentiate } from '../differentiate.ts';
import { substitute } from '../substitute.ts';
import {
  type DerivativeArguments,
  isNodeOf,
  makeNode,
  type OpDefinition,
  reachableNodes,
  type Tensor,
} from '../tensor.ts';
import { add, binaryOp } from './binary.ts';
import { broadcastTo, sumOp, sumRun } from './broadcast.ts';
import { reshape, reshapeOp } from './layout.ts';
import { constant, inputOp } from './leaves.ts';
import { matmul, matmulOp } from './matmul.ts';

/*
 * A counted loop, as recurrence needs it:
 *
 *   (c₁, yₜ) = body(c₀, xₜ, k) for t = 0 … count − 1, with c₀ ← c₁ after each iteration.
 *
 * Inputs: the carried values c, the sliced values x (shape [count, …]), the constants k. Outputs: the last c, then
 * every yₜ stacked to [count, …]. The builder also stacks what the body computes on the way, since the derivative
 * reads it; what nothing reads is dropped by the compiler. The derivative is a loop of its own that runs the other
 * way, carries the gradient of c and sums the gradients of k. Where these are products or sums of what iterations give,
 * it stacks that instead, and one product after the loop, Σ AₜᵀBₜ = (A₁; A₂ …)ᵀ(B₁; B₂ …), does what one in each
 * iteration would.
 */

/** What a counted loop needs to know; the body is a graph of its own. */
export interface RepeatAttributes {
  /** How many times the body runs. */
  readonly count: number;
  /** Run from the last slice to the first. */
  readonly reverse: boolean;
  /** How many of the op's inputs are carried from one iteration to the next; they come first. */
  readonly carried: number;
  /** How many inputs follow that are read slice by slice; the rest are the same in every iteration. */
  readonly sliced: number;
  /** The graph of one iteration: placeholders in the order carried, sliced, constant; results in the order carried, stacked. */
  readonly body: { readonly placeholders: readonly Tensor[]; readonly results: readonly Tensor[] };
}

export const repeatOp: OpDefinition<'repeat', RepeatAttributes> = {
  op: 'repeat',
  types(inputs, { count, carried, sliced, body }) {
    body.placeholders.forEach((placeholder, i) => {
      const shape = i >= carried && i < carried + sliced ? [count, ...placeholder.shape] : placeholder.shape;
      if (!sameShape(inputs[i].shape, shape)) {
        throw new ShapeError({
          received: `a loop's input of shape ${formatShape(inputs[i].shape)}`,
          expected: formatShape(shape),
        });
      }
    });
    return body.results.map((result, i) => {
      if (i >= carried) return { shape: [count, ...result.shape], dataType: result.dataType };
      if (!sameShape(result.shape, inputs[i].shape)) {
        throw new ShapeError({
          received: `a loop that turns the carried ${formatShape(inputs[i].shape)} into ${formatShape(result.shape)}`,
          expected: 'the same shape before and after an iteration',
        });
      }
      return { shape: result.shape, dataType: result.dataType };
    });
  },
  derivative: differentiateRepeat,
};

const zeros = (shape: Shape): Tensor => broadcastTo(constant(0), shape);

const placeholderFor = (tensor: Tensor, shape: Shape = tensor.shape): Tensor =>
  makeNode(inputOp, [], { name: 'loop' }, [{ shape, dataType: tensor.dataType }]).outputs[0];

/** Build the loop's node from a body that is closed: all it reads is among its placeholders. */
export const repeatNode = (inputs: readonly Tensor[], attributes: RepeatAttributes): readonly Tensor[] =>
  applyAll(repeatOp, inputs, attributes);

/** What the derivative of a loop reads of each iteration, beyond the body's own results. */
function forDerivative(carried: readonly Tensor[], results: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>(results);
  const onTheWay = reachableNodes(results)
    .filter((node) => node.op !== 'input' && node.op !== 'constant')
    .flatMap((node) => node.outputs)
    .filter((tensor) => !seen.has(tensor));
  return [...carried, ...results.slice(0, carried.length), ...onTheWay];
}

/** Options of `repeat`. */
export interface RepeatOptions {
  /** How many times the body runs. */
  readonly count: number;
  /** The values that each iteration passes to the next, as they are before the first. */
  readonly carried: readonly Tensor[];
  /** Tensors of shape [count, …] of which iteration t reads slice t. Default none. */
  readonly sliced?: readonly Tensor[];
  /** Run from the last slice to the first. Default false. */
  readonly reverse?: boolean;
}

/** The results of a loop. */
export interface RepeatResult {
  /** The carried values after the last iteration. */
  readonly carried: readonly Tensor[];
  /** The outputs of the iterations, stacked to [count, …]. */
  readonly stacked: readonly Tensor[];
}

/**
 * Run a body a fixed number of times, carrying values from one iteration to the next.
 *
 * @param options - The count, the carried values before the first iteration, the tensors read slice by slice.
 * @param body - Given the carried values and the slices, returns the next carried values and what to stack.
 *   It may read any other tensor, which is the same in every iteration.
 * @returns The last carried values, and the stacked ones in order of t.
 * @throws ShapeError when a carried value changes its shape.
 * @example
 * import { add, constant, evaluate, repeat } from 'gradus/tensor';
 * const numbers = constant([1, 2, 3]);
 * const { carried, stacked } = repeat({ count: 3, carried: [constant(0)], sliced: [numbers] }, ([sum], [x]) => {
 *   const next = add(sum, x);
 *   return { carried: [next], stacked: [next] };
 * });
 * evaluate({ sum: carried[0], partial: stacked[0] }); // { sum: 6, partial: [1, 3, 6] }
 */
export function repeat(
  options: RepeatOptions,
  body: (
    carried: readonly Tensor[],
    slices: readonly Tensor[],
  ) => { readonly carried: readonly Tensor[]; readonly stacked?: readonly Tensor[] },
): RepeatResult {
  const { count, carried, sliced = [], reverse = false } = options;
  const carriedPlaceholders = carried.map((tensor) => placeholderFor(tensor));
  const slicedPlaceholders = sliced.map((tensor) => placeholderFor(tensor, tensor.shape.slice(1)));
  const own = [...carriedPlaceholders, ...slicedPlaceholders];
  const given = body(carriedPlaceholders, slicedPlaceholders);
  const userResults = [...given.carried, ...(given.stacked ?? [])];

  // What the body reads from outside becomes a constant input with a placeholder of its own.
  const isOwn = new Set(own);
  const firstId = Math.min(...own.map((tensor) => tensor.node.id));
  const depends = new Set<Tensor>(own);
  const bodyNodes = reachableNodes(userResults).filter((node) => node.id >= firstId);
  for (const node of bodyNodes) {
    if (node.inputs.some((tensor) => depends.has(tensor)))
      for (const output of node.outputs) depends.add(output);
  }
  const isOuter = (tensor: Tensor): boolean =>
    !depends.has(tensor) && tensor.node.op !== 'constant' && !isOwn.has(tensor);
  const outer = new Set<Tensor>();
  for (const node of bodyNodes) {
    if (!node.outputs.some((tensor) => depends.has(tensor))) continue;
    for (const tensor of node.inputs) if (isOuter(tensor)) outer.add(tensor);
  }
  for (const tensor of userResults) if (isOuter(tensor)) outer.add(tensor);
  const constants = [...outer];
  const replacements = new Map(constants.map((tensor) => [tensor, placeholderFor(tensor)]));
  const closed = substitute(userResults, replacements);

  const results = [...closed, ...forDerivative(carriedPlaceholders, closed)];
  const outputs = repeatNode([...carried, ...sliced, ...constants], {
    count,
    reverse,
    carried: carried.length,
    sliced: sliced.length,
    body: { placeholders: [...own, ...replacements.values()], results },
  });
  return {
    carried: outputs.slice(0, carried.length),
    stacked: outputs.slice(carried.length, userResults.length),
  };
}

/** A sum over all iterations, computed once from what the iterations give. */
interface Total {
  /** The tensors of the body that it is made of. */
  readonly parts: readonly Tensor[];
  /** Build it, given each part stacked to [count, …]. */
  readonly build: (stacked: (part: Tensor) => Tensor) => Tensor;
}

/**
 * Add a tensor of the body up over all iterations, after the loop: undefined unless it is a sum of products AᵀB and of
 * sums over first axes, of what differs from iteration to iteration.
 */
function totalOf(tensor: Tensor, isFixed: (tensor: Tensor) => boolean): Total | undefined {
  const { node } = tensor;
  if (isNodeOf(node, binaryOp) && node.attributes.function === 'add') {
    const [a, b] = node.inputs.map((term) =>
      sameShape(term.shape, tensor.shape) ? totalOf(term, isFixed) : undefined,
    );
    if (a === undefined || b === undefined) return undefined;
    return {
      parts: [...a.parts, ...b.parts],
      build: (stacked) => add(a.build(stacked), b.build(stacked)),
    };
  }
  if (isNodeOf(node, reshapeOp)) {
    const inner = totalOf(node.inputs[0], isFixed);
    return inner && { ...inner, build: (stacked) => reshape(inner.build(stacked), tensor.shape) };
  }
  if (node.inputs.some(isFixed)) return undefined;
  if (isNodeOf(node, sumOp) && node.attributes.function === 'sum' && node.attributes.start === 0) {
    const { end } = node.attributes;
    return {
      parts: node.inputs,
      build: (stacked) => sumRun(stacked(node.inputs[0]), 0, end + 1),
    };
  }
  if (isNodeOf(node, matmulOp) && node.attributes.transposeA && !node.attributes.transposeB) {
    const joined = (stack: Tensor): Tensor =>
      reshape(stack, [multiplyDimensions(stack.shape[0], stack.shape[1]), stack.shape[2]]);
    return {
      parts: node.inputs,
      build(stacked) {
        const [a, b] = node.inputs.map((part) => joined(stacked(part)));
        return matmul(a, b, { transposeA: true });
      },
    };
  }
  return undefined;
}

/** Where the derivative of an iteration starts: placeholders for the gradients of what the body gives. */
interface Seeds {
  readonly carried: readonly Tensor[];
  /** By result; undefined for the carried ones, and where no gradient arrives. */
  readonly stacked: readonly (Tensor | undefined)[];
  /** Each result with the sum of its placeholders, as one tensor may be several results. */
  readonly byResult: ReadonlyMap<Tensor, Tensor>;
}

function seedsOf(
  results: readonly Tensor[],
  carried: number,
  gradients: readonly (Tensor | undefined)[],
): Seeds {
  const carriedSeeds = results.slice(0, carried).map((result) => placeholderFor(result));
  const stacked = results.map((result, r) =>
    r >= carried && gradients[r] !== undefined ? placeholderFor(result) : undefined,
  );
  const byResult = new Map<Tensor, Tensor>();
  results.forEach((result, r) => {
    const seed = r < carried ? carriedSeeds[r] : stacked[r];
    if (seed === undefined) return;
    const before = byResult.get(result);
    byResult.set(result, before === undefined ? seed : add(before, seed));
  });
  return { carried: carriedSeeds, stacked, byResult };
}

/** Forward values enter the new body as slices of what the old loop has stacked: placeholders for them, and their sources. */
function forwardValues(
  results: readonly Tensor[],
  carried: number,
  outputs: readonly Tensor[],
): { readonly replacements: ReadonlyMap<Tensor, Tensor>; readonly sources: ReadonlyMap<Tensor, Tensor> } {
  const replacements = new Map<Tensor, Tensor>();
  const sources = new Map<Tensor, Tensor>();
  results.forEach((result, r) => {
    if (r < carried || replacements.has(result)) return;
    const placeholder = placeholderFor(result);
    replacements.set(result, placeholder);
    sources.set(placeholder, outputs[r]);
  });
  return { replacements, sources };
}

/** Differentiate a loop: one iteration of the new loop pulls the gradients back through one iteration of the old. */
function differentiateRepeat({
  attributes,
  inputs,
  outputs,
  gradients,
}: DerivativeArguments<RepeatAttributes>): (Tensor | undefined)[] {
  const { count, reverse, carried, sliced, body } = attributes;
  const { placeholders, results } = body;
  const seeds = seedsOf(results, carried, gradients);
  const flowing = differentiate(seeds.byResult, placeholders);
  const shared = placeholders.slice(carried + sliced);
  const isFixed = (tensor: Tensor): boolean => shared.includes(tensor) || tensor.node.op === 'constant';
  const totals = shared.map((_, i) => {
    const gradient = flowing[carried + sliced + i];
    return gradient === undefined ? undefined : totalOf(gradient, isFixed);
  });
  const sums = shared.map((placeholder, i) =>
    flowing[carried + sliced + i] === undefined || totals[i] !== undefined
      ? undefined
      : placeholderFor(placeholder),
  );

  const { replacements, sources } = forwardValues(results, carried, outputs);
  const slices = placeholders
    .slice(carried, carried + sliced)
    .map((placeholder, i): [Tensor, Tensor] => [placeholder, inputs[carried + i]]);
  // What the new loop stacks: the gradients of the slices, and what totals are made of and the old one has not stacked.
  const stacked = new Set(flowing.slice(carried, carried + sliced).filter((tensor) => tensor !== undefined));
  const known = new Map<Tensor, Tensor>([
    ...[...replacements].map(([tensor, p]): [Tensor, Tensor] => [tensor, sources.get(p)!]),
    ...slices,
  ]);
  for (const part of totals.flatMap((total) => total?.parts ?? [])) if (!known.has(part)) stacked.add(part);
  const wanted = [
    ...flowing.slice(0, carried).map((tensor, i) => tensor ?? zeros(placeholders[i].shape)),
    ...sums.flatMap((placeholder, i) =>
      placeholder === undefined ? [] : [add(placeholder, flowing[carried + sliced + i]!)],
    ),
    ...stacked,
  ];
  const next = substitute(wanted, replacements);
  const used = new Set(reachableNodes(next).flatMap((node) => node.outputs));
  for (const tensor of next) used.add(tensor);

  const carriedIn = [...seeds.carried, ...sums.filter((tensor) => tensor !== undefined)];
  const stackedIn = seeds.stacked.flatMap((seed, r): [Tensor, Tensor][] =>
    seed === undefined ? [] : [[seed, gradients[r]!]],
  );
  const slicedIn = [...stackedIn, ...sources, ...slices].filter(([placeholder]) => used.has(placeholder));
  const constantIn = shared
    .map((placeholder, i): [Tensor, Tensor] => [placeholder, inputs[carried + sliced + i]])
    .filter(([placeholder]) => used.has(placeholder));
  const back = repeatNode(
    [
      ...results.slice(0, carried).map((result, r) => gradients[r] ?? zeros(result.shape)),
      ...sums.flatMap((placeholder) => (placeholder === undefined ? [] : [zeros(placeholder.shape)])),
      ...slicedIn.map(([, source]) => source),
      ...constantIn.map(([, source]) => source),
    ],
    {
      count,
      reverse: !reverse,
      carried: carriedIn.length,
      sliced: slicedIn.length,
      body: {
        placeholders: [...carriedIn, ...slicedIn.map(([p]) => p), ...constantIn.map(([p]) => p)],
        results: [...next, ...forDerivative(carriedIn, next)],
      },
    },
  );
  let at = carried;
  const summed = sums.map((placeholder) => (placeholder === undefined ? undefined : back[at++]));
  for (const tensor of stacked) known.set(tensor, back[at++]);
  const sumGradients = totals.map((total, i) => total?.build((part) => known.get(part)!) ?? summed[i]);
  const sliceGradients = flowing
    .slice(carried, carried + sliced)
    .map((tensor) => (tensor === undefined ? undefined : known.get(tensor)));
  return [...back.slice(0, carried), ...sliceGradients, ...sumGradients];
}
