import { broadcastShapes } from '../../util/shape.ts';
import { elementwiseType, float, requireFloat } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { sumTo } from './broadcast.ts';

/** A function of one number: its value and its derivative, side by side. */
export interface UnaryFormula {
  /** y = f(x), on numbers. */
  readonly value: (x: number) => number;
  /** The gradient of x from that of y, g·f′(x); 'none' where f′ is 0 wherever it exists. */
  readonly derivative: ((g: Tensor, x: Tensor, y: Tensor) => Tensor) | 'none';
}

/** A function of two numbers. */
export interface BinaryFormula {
  /** y = f(a, b), on numbers. */
  readonly value: (a: number, b: number) => number;
  /** The gradients of a and b from that of y, in the shape of y; 'none' where both are 0 wherever they exist. */
  readonly derivative: ((g: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [Tensor, Tensor]) | 'none';
}

/** The attributes of an op with many functions. */
export interface FunctionAttributes<Name extends string> {
  readonly function: Name;
}

/** Define the op that applies a table of functions of one number element by element. */
export const defineUnary = <Name extends string>(
  formulas: Readonly<Record<Name, UnaryFormula>>,
): OpDefinition<'unary', FunctionAttributes<Name>> => ({
  op: 'unary',
  types: (inputs, attributes) => elementwiseType(inputs, attributes.function),
  derivative({ attributes, inputs, outputs, gradient }) {
    const { derivative } = formulas[attributes.function];
    return [derivative === 'none' ? undefined : derivative(gradient, inputs[0], outputs[0])];
  },
});

/** Define the op that applies a table of functions of two numbers element by element, with broadcasting. */
export const defineBinary = <Name extends string>(
  formulas: Readonly<Record<Name, BinaryFormula>>,
): OpDefinition<'binary', FunctionAttributes<Name>> => ({
  op: 'binary',
  types(inputs, attributes) {
    requireFloat(inputs, attributes.function);
    return [float(broadcastShapes(inputs[0].shape, inputs[1].shape))];
  },
  derivative({ attributes, inputs: [a, b], outputs, gradient }) {
    const { derivative } = formulas[attributes.function];
    if (derivative === 'none') return [undefined, undefined];
    const [da, db] = derivative(gradient, a, b, outputs[0]);
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
});
