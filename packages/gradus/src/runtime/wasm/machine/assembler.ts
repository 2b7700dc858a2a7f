import { ArgumentError } from '../../../util/errors.ts';
import {
  type Address,
  bits,
  type Extent,
  flag,
  InstructionWriter,
  type Place,
  perRow,
} from './instructionWriter.ts';
import {
  Activation,
  type Binary,
  Opcode,
  ProductBlock,
  type Random,
  Reduction,
  type RowWise,
  Unary,
} from './opcodes.ts';
import { elementTile, matmulTiles, rowTile } from './tiles.ts';
import { type UpdateOperands, updateCost, updateWords } from './updateWords.ts';

export type { Address, Assembly, Extent, MovingPointer, Place, Pointer } from './instructionWriter.ts';
export { perRow } from './instructionWriter.ts';

/** Operands of a matrix product; see `Opcode.Matmul`. */
export interface MatmulOperands {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Add to what C holds. */
  readonly accumulate?: boolean;
  readonly m: Extent;
  readonly n: Extent;
  readonly k: Extent;
  readonly a: Address;
  readonly b: Address;
  readonly c: Address;
  readonly bias?: Address;
  readonly activation?: Activation;
  /** Multiply by this activation's gradient at `reference` instead. */
  readonly gradientOf?: Activation;
  readonly reference?: Address;
  readonly alpha?: number;
}

/**
 * Append the product of one row and a matrix that is best read in its order: threads take blocks of k, whose rows lie
 * together, and leave their sums, which are added in the order of k. They are the sums of any other way.
 */
function rowByBlocks(
  assembler: Assembler,
  { m, n, k, a, b, c, bias = 0, activation, alpha }: MatmulOperands,
): Place {
  const blocks = Math.ceil(k / ProductBlock.Depth);
  const place = assembler.emit(Opcode.Matmul, [m * blocks, 1, n, n], n * ProductBlock.Depth, [
    ...[16, m * blocks, n, k, a, b, 0, bias, 0, 0, 0],
  ]);
  assembler.spare(place, 6, blocks * n * 4);
  assembler.spare(assembler.reduce(Reduction.Sum, 1, blocks, n, 0, c), 4, 0);
  if (activation) assembler.unary(Unary.FirstActivation + activation, n, c, c, alpha);
  return place;
}

/**
 * Choose the tiles of a product that is summed outside of WebAssembly, given M, N and K with the most rows; undefined
 * leaves it to the kernels. The choice depends on nothing else, since tiles decide on the order of such sums.
 */
export type ExternalTiles = (m: number, n: number, k: number) => readonly [number, number] | undefined;

/** Functions whose elements cost about as much as two multiply-adds. */
const cheapFunctions: ReadonlySet<Unary> = new Set([
  ...[Unary.Copy, Unary.Negate, Unary.Absolute, Unary.Square, Unary.Affine, Unary.Clip, Unary.Step],
]);
const cheapActivations: ReadonlySet<Activation> = new Set([
  Activation.Identity,
  Activation.Relu,
  Activation.LeakyRelu,
]);
/** Activations whose gradient is computed from the input, anew with the function itself. */
const gradientsOfInput: ReadonlySet<Activation> = new Set([
  ...[Activation.Gelu, Activation.GeluTanh, Activation.Silu, Activation.Mish],
]);

/** Multiply-adds that an element of a unary function costs about as much as. */
const unaryCost = (kind: Unary | number): number => {
  if (kind >= Unary.FirstActivation) return cheapActivations.has(kind - Unary.FirstActivation) ? 2 : 16;
  if (kind === Unary.PowConstant) return 16;
  return cheapFunctions.has(kind) ? 2 : 12;
};

/**
 * Assemble a program for the machine: one method an opcode. Each method chooses the instruction's tiles and their
 * work, appends it and returns its place.
 *
 * Every buffer that an instruction reads must be followed by 16 readable bytes.
 */
export class Assembler extends InstructionWriter {
  /** Which products are summed outside, and in which tiles. */
  externalTiles: ExternalTiles = () => undefined;

  /** Gather float32 rows; row i of the source begins at i·stride elements (default: width). */
  gatherFloat(destination: Address, source: Address, width: number, stride = width): Place {
    return this.rowwise(Opcode.GatherFloat, perRow(1), width, 2, [destination, source, width, stride]);
  }

  /** Gather uint8 rows as value·scale + shift. */
  gatherByte(
    destination: Address,
    source: Address,
    width: number,
    scale: number,
    shift: number,
    stride = width,
  ): Place {
    const operands = [destination, source, width, stride, bits(scale), bits(shift)];
    return this.rowwise(Opcode.GatherByte, perRow(1), width, 2, operands);
  }

  /** Gather int32 rows. */
  gatherInt(destination: Address, source: Address, width: number, stride = width): Place {
    return this.rowwise(Opcode.GatherInt, perRow(1), width, 2, [destination, source, width, stride]);
  }

  /** Append a matrix product with its epilogue. */
  matmul(operands: MatmulOperands): Place {
    const { m, n, k } = operands;
    if (n < 0) {
      throw new ArgumentError({
        received: 'a matrix product whose columns grow with the rows of the step',
        expected: 'a fixed number of columns',
      });
    }
    const external = this.externalTiles(this.size(m), n, this.size(k));
    const isOneRow =
      this.size(m) === 1 && !(operands.transposeB || operands.accumulate || operands.gradientOf);
    // From a few hundred kilobytes on a core's second cache does not hold its part beside other things.
    if (
      isOneRow &&
      !external &&
      this.threads > 1 &&
      k > ProductBlock.Depth &&
      n % 8 === 0 &&
      n * k >= 2 ** 17 &&
      n <= 4096
    ) {
      return rowByBlocks(this, operands);
    }
    const [tileM, tileN] = external ?? matmulTiles(this.size(m), n, this.size(k), this.threads);
    const gradient = operands.gradientOf;
    const epilogue = gradient !== undefined ? 64 + gradient : (operands.activation ?? Activation.Identity);
    const work = Math.min(tileM, this.size(m)) * Math.min(tileN, n) * this.size(k);
    const flags =
      flag(operands.transposeA, 1) |
      flag(operands.transposeB, 2) |
      flag(operands.accumulate, 4) |
      flag(external !== undefined, 8);
    const { a, b, c, bias = 0, reference = 0, alpha = 0 } = operands;
    return this.emit(Opcode.Matmul, [m, tileM, n, tileN], work, [
      flags,
      m,
      n,
      k,
      a,
      b,
      c,
      bias,
      epilogue,
      reference,
      bits(alpha),
    ]);
  }

  /** Append an elementwise function; for an activation pass `Unary.FirstActivation + Activation.…`. */
  unary(kind: Unary | number, n: Extent, x: Address, y: Address, p0 = 0, p1 = 0): Place {
    return this.elementwise(Opcode.Unary, n, unaryCost(kind), [kind, n, x, y, bits(p0), bits(p1)]);
  }

  /** Append dx = dy·act′. */
  activationGradient(
    kind: Activation,
    n: Extent,
    dy: Address,
    saved: Address,
    dx: Address,
    alpha = 0,
  ): Place {
    return this.elementwise(Opcode.ActivationGradient, n, gradientsOfInput.has(kind) ? 16 : 3, [
      kind,
      n,
      dy,
      saved,
      dx,
      bits(alpha),
    ]);
  }

  /** Append a function of two operands; each is (address, outer stride in elements, inner stride 0 or 1); times a scalar. */
  binary(
    kind: Binary,
    outer: Extent,
    inner: Extent,
    a: readonly [Address, Extent, 0 | 1],
    b: readonly [Address, Extent, 0 | 1],
    out: Address,
    scale: Address = 0,
  ): Place {
    // A column of unit strides is a row.
    if (inner === 1 && [0, 1].includes(a[1]) && [0, 1].includes(b[1]) && outer !== 1) {
      return this.binary(kind, 1, outer, [a[0], 0, a[1] as 0 | 1], [b[0], 0, b[1] as 0 | 1], out, scale);
    }
    const width = this.size(inner);
    const tileInner = elementTile(width);
    const tileOuter = rowTile(Math.min(width, tileInner));
    const work = Math.min(tileOuter, this.size(outer)) * Math.min(tileInner, width) * 4;
    return this.emit(Opcode.Binary, [outer, tileOuter, inner, tileInner], work, [
      kind,
      outer,
      inner,
      ...a,
      ...b,
      out,
      scale,
    ]);
  }

  /** Append a reduction over the middle axis of [outer, axis, inner]. */
  reduce(kind: Reduction, outer: Extent, axis: Extent, inner: Extent, x: Address, y: Address): Place {
    const length = this.size(axis),
      width = this.size(inner);
    // A long sum of few columns, as of a convolution's bias, is shared by cache lines.
    const columns = this.threads > 1 && length >= 1024 ? 16 : 64;
    const tileInner = length * width > 32768 && width > columns ? columns : Math.max(1, width);
    const tileOuter = rowTile(length * tileInner);
    const work = Math.min(tileOuter, this.size(outer)) * length * Math.min(tileInner, width) * 2;
    return this.emit(Opcode.Reduce, [outer, tileOuter, inner, tileInner], work, [
      kind,
      outer,
      axis,
      inner,
      x,
      y,
    ]);
  }

  /** Append softmax cross-entropy and its gradient; see `Opcode.SoftmaxCrossEntropy`. */
  softmaxCrossEntropy(operands: {
    readonly rows: Extent;
    readonly classes: Extent;
    readonly logits: Address;
    readonly targets: Address;
    readonly dense?: boolean;
    readonly labelSmoothing?: number;
    readonly losses?: Address;
    readonly gradient?: Address;
    readonly upstream?: Address;
    readonly upstreamIsPerRow?: boolean;
  }): Place {
    const { rows, classes, logits, targets, losses = 0, gradient = 0, upstream = 0 } = operands;
    const words = [
      rows,
      classes,
      logits,
      targets,
      flag(operands.dense, 1),
      bits(operands.labelSmoothing ?? 0),
    ];
    words.push(losses, gradient, upstream, flag(operands.upstreamIsPerRow, 1));
    return this.rowwise(Opcode.SoftmaxCrossEntropy, rows, this.size(classes), 48, words);
  }

  /** Append dropout; the same key and step give the same mask. */
  dropout(n: Extent, x: Address, y: Address, rate: number, keyLow: number, keyHigh: number): Place {
    return this.elementwise(Opcode.Dropout, n, 24, [n, x, y, bits(rate), keyLow | 0, keyHigh | 0]);
  }

  /** Append an optimizer's pass over a flat segment. */
  update(operands: UpdateOperands): Place {
    return this.elementwise(Opcode.Update, operands.n, updateCost(operands.kind), updateWords(operands));
  }

  /** Append a check that raises the flag when one of n floats is not finite. */
  checkFinite(x: Address, n: Extent): Place {
    return this.elementwise(Opcode.CheckFinite, n, 1, [x, n]);
  }

  /** Append the stop that a raised flag triggers. */
  stopUnlessFinite(): Place {
    return this.emit(Opcode.StopUnlessFinite, [1, 1, 1, 1], 1, []);
  }

  /** Append the record of a scalar in the step's row of outputs. */
  record(x: Address, column: number): Place {
    return this.emit(Opcode.Record, [1, 1, 1, 1], 1, [x, column]);
  }

  /** Append a fill with a constant. */
  fill(destination: Address, n: Extent, value: number): Place {
    return this.elementwise(Opcode.Fill, n, 1, [destination, n, bits(value)]);
  }

  /** Append the write of an extent, as a float, into one scalar. */
  count(destination: Address, n: Extent): Place {
    return this.emit(Opcode.Count, [1, 1, 1, 1], 1, [destination, n]);
  }

  /** Append the number of rows whose first largest score is at the label. */
  countCorrect(rows: Extent, classes: Extent, scores: Address, labels: Address, destination: Address): Place {
    const work = this.size(rows) * this.size(classes) * 8;
    return this.emit(Opcode.CountCorrect, [1, 1, 1, 1], work, [rows, classes, scores, labels, destination]);
  }

  /** Append a copy between strided views; offsets and strides count elements. */
  stridedCopy(
    source: Address,
    sourceOffset: Extent,
    destination: Address,
    destinationOffset: Extent,
    axes: readonly { readonly size: Extent; readonly source: Extent; readonly destination: Extent }[],
  ): Place {
    if (axes.length === 0)
      return this.stridedCopy(source, sourceOffset, destination, destinationOffset, [
        { size: 1, source: 1, destination: 1 },
      ]);
    const width = axes.slice(1).reduce((product, axis) => product * this.size(axis.size), 1);
    const words = axes.flatMap((axis) => [axis.size, axis.source, axis.destination]);
    const operands = [axes.length, source, sourceOffset, destination, destinationOffset, ...words];
    return this.rowwise(Opcode.StridedCopy, axes[0].size, width, 4, operands);
  }

  /** Append a function of whole rows. */
  rowWise(kind: RowWise, rows: Extent, width: Extent, x: Address, second: Address, y: Address): Place {
    return this.rowwise(Opcode.RowWise, rows, this.size(width), 16, [kind, rows, width, x, second, y]);
  }

  /** Append a random fill. */
  random(
    kind: Random,
    n: Extent,
    y: Address,
    p0: number,
    p1: number,
    keyLow: number,
    keyHigh: number,
  ): Place {
    return this.elementwise(Opcode.Random, n, 40, [kind, n, y, bits(p0), bits(p1), keyLow | 0, keyHigh | 0]);
  }

  /** Append the one-hot rows of int32 labels. */
  oneHot(labels: Address, rows: Extent, classes: Extent, destination: Address): Place {
    return this.rowwise(Opcode.OneHot, rows, this.size(classes), 4, [labels, rows, classes, destination]);
  }

  /** Append out = condition ≠ 0 ? a : b. */
  where(n: Extent, condition: Address, a: Address, b: Address, out: Address): Place {
    return this.elementwise(Opcode.Where, n, 4, [n, condition, a, b, out]);
  }
}
