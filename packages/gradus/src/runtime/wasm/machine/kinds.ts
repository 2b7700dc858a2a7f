import type { UpdateRule } from '../../../compile/updateRules.ts';
import type { ActivationFunction, BinaryFunction, UnaryFunction } from '../../../graph/attributes.ts';
import type { ReduceFunction } from '../../../graph/ops/broadcast.ts';
import { Activation, Binary, Reduction, Unary, Update } from './opcodes.ts';

// A function of the graph has the number of the member with its name in the machine's enumeration, `leakyRelu` that of
// `Activation.LeakyRelu`. A function whose member is missing does not compile.

type Kinds<Enumeration> = {
  readonly [Name in keyof Enumeration as Uncapitalize<Name & string>]: Enumeration[Name];
};

const kindsOf = <Enumeration extends object>(enumeration: Enumeration): Kinds<Enumeration> =>
  Object.fromEntries(
    Object.entries(enumeration)
      // An enumeration lists its numbers with their names as well.
      .filter(([, kind]) => typeof kind === 'number')
      .map(([name, kind]) => [name[0].toLowerCase() + name.slice(1), kind]),
  ) as Kinds<Enumeration>;

export const unaryKinds: Readonly<Record<UnaryFunction, Unary>> = /* @__PURE__ */ kindsOf(Unary);

export const binaryKinds: Readonly<Record<BinaryFunction, Binary>> = /* @__PURE__ */ kindsOf(Binary);

export const activationKinds: Readonly<Record<ActivationFunction, Activation>> =
  /* @__PURE__ */ kindsOf(Activation);

export const updateKinds: Readonly<Record<UpdateRule, Update>> = /* @__PURE__ */ kindsOf(Update);

export const reductionKinds: Readonly<Record<ReduceFunction, Reduction>> = /* @__PURE__ */ kindsOf(Reduction);
