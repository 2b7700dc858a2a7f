import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadModel } from './savedModel.ts';

interface Earlier {
  name: string;
  file: string;
  loss: string;
  x: number[][];
  outputs: number[];
}
const { models }: { models: Earlier[] } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/earlierModels.json', import.meta.url), 'utf8'),
);

test.each(models.map((one) => [one.name, one] as const))(
  'a model file of an earlier release still gives its outputs, within 1e-6: %s',
  async (_, { file, x, outputs }) => {
    const { model } = loadModel(Uint8Array.from(Buffer.from(file, 'base64')));
    const { values } = await model.predict(x);
    expect(values).toHaveLength(outputs.length);
    for (const [i, value] of values.entries()) expect(Math.abs(value - outputs[i])).toBeLessThan(1e-6);
  },
);
