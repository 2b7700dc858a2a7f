import { isOp } from '../graph/attributes.ts';
import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import { reachableNodes, type Tensor } from '../graph/tensor.ts';
import type { ParameterStore } from '../runtime/executor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import { DivergedError } from './divergedError.ts';
import type { FailedStep } from './task.ts';

/** What the failed step is run again with. */
export interface DiagnosisRequest {
  readonly loss: Tensor;
  readonly store: ParameterStore;
  readonly seed: number;
  readonly failed: FailedStep;
  /** The batch's numbers by the name of the input. */
  readonly inputs: Readonly<Record<string, ArrayLike<number>>>;
}

interface Finding {
  readonly tensor: Tensor;
  readonly index: number;
  readonly value: number;
  /** The largest magnitude that was computed before. */
  readonly largest: number;
}

/**
 * Run the failed step again on the traced graph, value by value, from the weights before it, and find the first
 * number that is not finite, in the forward pass or in the gradients.
 */
function findFirst(request: DiagnosisRequest): Finding | undefined {
  const { loss, store, seed, failed, inputs } = request;
  const trainable = new Set(store.layout.segments.filter((s) => s.trainable).map((s) => s.name));
  const parameters = reachableNodes([loss]).flatMap((node) =>
    isOp(node, 'parameter') && trainable.has(node.attributes.name) ? [node.outputs[0]] : [],
  );
  const gradients = differentiate(new Map([[loss, $.constant(1)]]), parameters);
  const wanted = [loss, ...gradients.filter((gradient) => gradient !== undefined)];
  let found: Finding | undefined;
  let largest = 0;
  interpret(
    wanted,
    { inputs, parameters: (name) => store.read(name) },
    {
      precision: 'float32',
      rows: failed.rows.length,
      step: failed.stepNumber,
      seed,
      onValue(tensor, { values }) {
        if (found !== undefined) return;
        for (let index = 0; index < values.length; index++) {
          const value = values[index];
          if (!Number.isFinite(value)) {
            found = { tensor, index, value, largest };
            return;
          }
          largest = Math.max(largest, Math.abs(value));
        }
      },
    },
  );
  return found;
}

const PRECISE = 4;

/** Explain why a step failed: which layer made the first number that is not finite, why, and what to do. */
export function diagnose(request: DiagnosisRequest): DivergedError {
  const { failed } = request;
  const { epoch, step } = failed.place;
  const where = `epoch ${epoch}, step ${step}`;
  const rate = failed.learningRate;
  // A tenth of a rate far above all that are in use would diverge as well.
  const lowerRate = rate > 1 ? 0.01 : Number((rate / 10).toPrecision(2));
  const lower = `Lower the learning rate (it is ${rate}; try ${lowerRate})`;
  const found = findFirst(request);
  if (found === undefined) {
    return new DivergedError(
      {
        received: `The loss or a gradient is not finite in ${where}`,
        expected: 'finite numbers',
        remedy: `${lower}, and scale the inputs to about −1 … 1`,
      },
      { epoch, step, layer: undefined },
    );
  }
  const { node } = found.tensor;
  if (isOp(node, 'input')) {
    const { shape } = found.tensor;
    const width = Math.max(1, Math.abs(shape.reduce((a, b) => a * b, 1)));
    const row = failed.rows[Math.floor(found.index / width)] + 1;
    return new DivergedError(
      {
        received: `The input '${node.attributes.name}' holds ${found.value} in row ${row}, column ${(found.index % width) + 1} (${where})`,
        expected: 'finite numbers',
        remedy: 'Impute or remove that value',
      },
      { epoch, step, layer: node.attributes.name },
    );
  }
  const layer = node.scope === '' ? 'loss' : node.scope;
  const isLogarithm =
    isOp(node, 'unary') && ['log', 'log1p', 'reciprocal', 'sqrt'].includes(node.attributes.function);
  const isExponential = isOp(node, 'unary') && node.attributes.function === 'exp';
  const reason = isOp(node, 'parameter')
    ? 'the weights had overflowed before'
    : isLogarithm
      ? `the ${(node.attributes as { function: string }).function} of a number outside its domain`
      : isExponential
        ? `e to a power of ${found.largest.toPrecision(PRECISE)}, which overflows`
        : `numbers had grown to ${found.largest.toPrecision(PRECISE)} before`;
  const name = isOp(node, 'parameter') ? `parameter '${node.attributes.name}'` : `layer '${layer}'`;
  return new DivergedError(
    {
      received: `Training diverged in ${where}: the first number that is not finite (${found.value}) arose in ${name}; likely reason: ${reason}`,
      expected: 'finite losses and gradients',
      remedy: isLogarithm
        ? 'Use a loss that works from logits, or keep the operand inside its domain with clip'
        : `${lower}, and scale inputs and targets to about −1 … 1`,
    },
    { epoch, step, layer },
  );
}
