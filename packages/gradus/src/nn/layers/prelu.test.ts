import { expect, test } from 'vitest';
import { sequential } from '../../models/build.ts';
import { loadModel, saveModel } from '../../models/savedModel.ts';
import { constant } from '../weights/initializers.ts';
import { prelu } from './prelu.ts';
import { reshape } from './reshape.ts';

test('negative values are multiplied by the slope, others pass', async () => {
  const model = sequential([prelu({ slopeInitializer: constant(0.25) })], { inputShape: [3] });
  const { values } = await model.predict([
    [-4, 0, 4],
    [-1, 1, -2],
  ]);
  expect([...values]).toEqual([-1, 0, 4, -0.25, 1, -0.5]);
});

test('slopes are shared along the axes that are named, also from the end', () => {
  const shapeOf = (sharedAxes: number[]) =>
    sequential([reshape([2, 3, 4]), prelu({ sharedAxes })], { inputShape: [24] }).getWeights()[0].shape;
  expect(shapeOf([])).toEqual([2, 3, 4]);
  expect(shapeOf([1, 2])).toEqual([1, 1, 4]);
  expect(shapeOf([-1])).toEqual([2, 3, 1]);
});

test('a model file keeps the slopes and what they share; wrong axes are refused', async () => {
  const model = sequential([reshape([2, 3]), prelu({ sharedAxes: [1] })], { inputShape: [6] });
  const { model: copy } = loadModel(saveModel(model));
  expect(copy.config()).toEqual(model.config());
  expect(copy.getWeights()).toEqual(model.getWeights());
  expect(() => prelu({ sharedAxes: [1.5] })).toThrow('sharedAxes is [1.5]. Expected a list of whole numbers');
  expect(() => prelu({ sharedAxes: 1 as never })).toThrow('sharedAxes is 1');
  expect(() => sequential([prelu({ sharedAxes: [2] })], { inputShape: [3] })).toThrow("In layer 'prelu'");
});
