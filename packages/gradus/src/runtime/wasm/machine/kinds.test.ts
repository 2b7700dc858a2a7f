import { expect, test } from 'vitest';
import { activationKinds, binaryKinds, reductionKinds, unaryKinds, updateKinds } from './kinds.ts';
import { Activation, Binary, Reduction, Unary, Update } from './opcodes.ts';

test('every function has the number of the member with its name', () => {
  expect(unaryKinds.log1p).toBe(Unary.Log1p);
  expect(binaryKinds.squaredDifference).toBe(Binary.SquaredDifference);
  expect(activationKinds.leakyRelu).toBe(Activation.LeakyRelu);
  expect(reductionKinds.maximum).toBe(Reduction.Maximum);
  expect(updateKinds.rmsPropCenteredMomentum).toBe(Update.RmsPropCenteredMomentum);
  expect(Object.values(unaryKinds)).toHaveLength(Object.keys(Unary).length / 2);
});
