import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ArrayValue, EvaluationContext } from '../../runtime/reference/ops/evaluation.ts';
import { type ComputedOp, evaluateOp } from '../../runtime/reference/ops/index.ts';
import { differentiate } from '../differentiate.ts';
import * as $ from '../operations.ts';
import { reachableNodes, type Tensor } from '../tensor.ts';

interface Case {
  readonly op: string;
  readonly note?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly inputs: readonly { shape: number[]; values: number[] }[];
  readonly output: { shape: number[]; values: number[] };
  readonly upstream: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../../fixtures/pytorchOperations.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

const context: EvaluationContext = {
  rows: 1,
  step: 0,
  streamKey: () => [0, 0],
  evaluateBody: () => [],
};

/** Run the reference maths of every node once, in order. */
function evaluate(results: readonly Tensor[], given: ReadonlyMap<Tensor, ArrayValue>): ArrayValue[] {
  const values = new Map<Tensor, ArrayValue>(given);
  for (const node of reachableNodes(results)) {
    if (node.op === 'input' || node.op === 'parameter') continue;
    const outputs = node.outputs.map(({ shape }) => ({
      shape: [...shape],
      values: new Float64Array(shape.reduce((a, b) => a * b, 1)),
    }));
    const inputs = node.inputs.map((tensor) => values.get(tensor)!);
    evaluateOp(node.op as ComputedOp, { attributes: node.attributes as never, inputs, outputs, context });
    for (const tensor of node.outputs) values.set(tensor, outputs[tensor.index]!);
  }
  return results.map((tensor) => values.get(tensor)!);
}

/** Build the op of a case on its inputs; labels, targets and conditions come with the options. */
function build(name: string, tensors: readonly Tensor[], options: Readonly<Record<string, unknown>>): Tensor {
  const [x, y] = tensors as [Tensor, Tensor];
  const numbers = (key: string): number[] => options[key] as number[];
  switch (name) {
    case 'powConstant':
      return $.powConstant(x, options['exponent'] as number);
    case 'where':
      return $.where($.broadcastTo($.constant(numbers('condition')), x.shape), x, $.broadcastTo(y, x.shape));
    case 'identity':
      return $.activation(x, 'identity');
    case 'leakyRelu':
      return $.leakyRelu(x, options['slope'] as number | undefined);
    case 'elu':
      return $.elu(x, options['alpha'] as number | undefined);
    case 'clip':
      return $.clip(x, options['low'] as number, options['high'] as number);
    case 'matmul':
      return $.matmul(x, y, options);
    case 'sum':
    case 'mean':
    case 'max': {
      const axes = options['axes'] as number[] | null;
      const keepDimensions = options['keepDimensions'] as boolean;
      return { sum: $.sum, mean: $.mean, max: $.max }[name](
        x,
        axes === null ? { keepDimensions } : { axes, keepDimensions },
      );
    }
    case 'softmaxCrossEntropy':
      return $.softmaxCrossEntropy(
        x,
        $.input('labels', [x.shape[0]!], 'int'),
        options['labelSmoothing'] as number,
      );
    case 'logisticLoss':
      return $.logisticLoss(x, $.constant(numbers('targets'), x.shape));
    case 'reshape':
      return $.reshape(x, numbers('shape'));
    case 'transpose':
      return $.transpose(x, numbers('permutation'));
    case 'slice':
      return $.slice(x, numbers('starts'), numbers('sizes'));
    case 'pad':
      return $.pad(x, numbers('starts'), numbers('shape'));
    case 'broadcastTo':
      return $.broadcastTo(x, numbers('shape'));
    case 'concatenate':
      return $.concatenate(tensors, options['axis'] as number);
    default: {
      const plain = $ as unknown as Record<string, ((...operands: Tensor[]) => Tensor) | undefined>;
      const make = plain[name];
      if (make === undefined) throw new Error(`no operation is named ${name}`);
      return make(...tensors);
    }
  }
}

/** |a − b| ≤ 1e-12 · max(1, |b|): both sides round in float64, in orders of their own. */
function expectClose(got: ArrayLike<number>, truth: readonly number[], what: string): void {
  expect(got.length, what).toBe(truth.length);
  for (let i = 0; i < truth.length; i++) {
    const bound = 1e-12 * Math.max(1, Math.abs(truth[i]!));
    if (!(Math.abs(got[i]! - truth[i]!) <= bound))
      expect.fail(`${what}[${i}]: ${got[i]}, PyTorch has ${truth[i]}`);
  }
}

for (const name of new Set(cases.map((c) => c.op))) {
  test(`${name} and its gradient equal PyTorch's`, () => {
    for (const [index, c] of cases.filter((one) => one.op === name).entries()) {
      const tensors = c.inputs.map(({ shape }, i) => $.input(`x${i}`, shape));
      const given = new Map<Tensor, ArrayValue>();
      for (const [i, tensor] of tensors.entries()) {
        given.set(tensor, { ...c.inputs[i]!, values: Float64Array.from(c.inputs[i]!.values) });
      }
      const output = build(name, tensors, c.options ?? {});
      const labels = c.options?.['labels'] as number[] | undefined;
      if (labels !== undefined) {
        given.set(output.node.inputs[1]!, { shape: [labels.length], values: Int32Array.from(labels) });
      }
      const upstream = $.constant(c.upstream, c.output.shape);
      const gradients = differentiate(new Map([[output, upstream]]), tensors);
      const what = `case ${index} ${c.note ?? ''} ${JSON.stringify(c.options ?? {})} ${c.inputs.map((i) => `[${i.shape}]`)}`;
      expect(output.shape, what).toEqual(c.output.shape);
      const flowing = gradients.flatMap((gradient) => (gradient === undefined ? [] : [gradient]));
      const results = evaluate([output, ...flowing], given);
      expectClose(results[0]!.values, c.output.values, `${what} value`);
      let next = 1;
      gradients.forEach((gradient, i) => {
        const values =
          gradient === undefined ? new Float64Array(c.gradients[i]!.length) : results[next++]!.values;
        expectClose(values, c.gradients[i]!, `${what} gradient ${i}`);
      });
    }
  });
}
