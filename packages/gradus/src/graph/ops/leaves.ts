import { ShapeError } from '../../util/errors.ts';
import { type Dimension, type Shape, sizeOf } from '../../util/shape.ts';
import { apply, float, requireRoom } from '../definition.ts';
import { type DataType, makeNode, type OpDefinition, type Tensor } from '../tensor.ts';

/** A value given with every batch or call. Its type is set by `input`, so it has no shape rule. */
export const inputOp: OpDefinition<'input', { readonly name: string }> = {
  op: 'input',
  types: () => [],
  derivative: 'none',
};

/** A segment of the parameter store. */
export const parameterOp: OpDefinition<'parameter', { readonly name: string }> = {
  op: 'parameter',
  types: () => [],
  derivative: 'none',
};

/** Values fixed when the graph is built. */
export const constantOp: OpDefinition<'constant', { readonly values: Float64Array }> = {
  op: 'constant',
  types: () => [],
  derivative: 'none',
};

/** The size of a dimension, as a scalar. */
export const countOp: OpDefinition<'count', { readonly extent: Dimension }> = {
  op: 'count',
  types: () => [float([])],
  derivative: 'none',
};

/**
 * Declare a value that is given with every batch or call.
 *
 * @param name - The name it is given under.
 * @param shape - Its shape; `rows()` for the batch's dimension.
 * @param dataType - 'float' (default), 'int' for labels and indices, 'byte' for pictures.
 * @returns A symbolic tensor.
 * @throws ShapeError for more values, or values per row, than fit into memory.
 * @example
 * import { input, rows } from 'gradus/tensor';
 * input('pixels', [rows(), 784]).shape; // [-1, 784]
 */
export function input(name: string, shape: Shape, dataType: DataType = 'float'): Tensor {
  const type = { shape, dataType };
  requireRoom(type, `the input '${name}'`);
  return makeNode(inputOp, [], { name }, [type]).outputs[0];
}

/**
 * Declare a parameter, which training changes; a model keeps it in its parameter store under the name.
 *
 * @param name - Unique within a model.
 * @param shape - Its shape, none of whose dimensions may depend on the rows.
 * @returns A symbolic float tensor.
 * @example
 * import { constant, evaluate, multiply, parameter } from 'gradus/tensor';
 * const weight = parameter('weight', [2]);
 * evaluate(multiply(weight, constant([3, 4])), { weight: [10, 1] }); // [30, 4]
 */
export const parameter = (name: string, shape: Shape): Tensor =>
  makeNode(parameterOp, [], { name }, [float(shape)]).outputs[0];

/**
 * Make a tensor of fixed values.
 *
 * @param values - A number, or the values in row-major order.
 * @param shape - The shape; a scalar by default for a number, a vector for a list.
 * @returns A symbolic tensor.
 * @throws ShapeError when the count of values does not fit the shape.
 * @example
 * import { constant } from 'gradus/tensor';
 * constant([1, 2, 3, 4], [2, 2]).shape; // [2, 2]
 */
export function constant(values: number | ArrayLike<number>, shape?: readonly number[]): Tensor {
  const list = typeof values === 'number' ? Float64Array.of(values) : Float64Array.from(values);
  const fitted = shape ?? (typeof values === 'number' ? [] : [list.length]);
  if (sizeOf(fitted) !== list.length) {
    throw new ShapeError({
      received: `${list.length} values for shape [${fitted.join(', ')}]`,
      expected: `${sizeOf(fitted)} values`,
    });
  }
  return makeNode(constantOp, [], { values: list }, [float(fitted)]).outputs[0];
}

/**
 * Give a dimension as a scalar, so that formulas may divide by the number of rows.
 *
 * @param extent - A dimension: a number, `rows()`, or an entry of `x.shape`.
 * @returns A scalar.
 * @example
 * import { count, divide, evaluate, input, rows, sum } from 'gradus/tensor';
 * const x = input('x', [rows()]);
 * evaluate(divide(sum(x), count(rows())), { x: [1, 2, 6] }); // 3
 */
export const count = (extent: Dimension): Tensor =>
  extent >= 0 ? constant(extent) : apply(countOp, [], { extent });
