import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { ShapeError } from '../util/errors.ts';
import { criticalPoint } from './criticalPoint.ts';
import { type FunctionInput, grad } from './grad.ts';

// The surfaces of deck 001.
const cubic = ({ x, y }: FunctionInput) => $.add($.multiply(3, $.pow(x, 3)), $.multiply(10, $.square(y)));
const saddle = ({ x, y }: FunctionInput) =>
  $.add($.subtract($.multiply(2, $.pow(x, 3)), $.multiply($.multiply(6, x), y)), $.multiply(3, $.square(y)));
const bells = ({ x, y }: FunctionInput) =>
  $.multiply($.multiply(x, y), $.exp($.multiply(-0.5, $.add($.square(x), $.square(y)))));

test('the gradient of 3x³ + 10y² at (1, 4) is (9, 80); its only critical point is degenerate', () => {
  expect(grad(cubic)({ x: 1, y: 4 })).toEqual({ x: 9, y: 80 });
  expect(criticalPoint(cubic)({ x: 0, y: 0 })).toEqual({
    kind: 'degenerate',
    value: 0,
    gradientNorm: 0,
    eigenvalues: [0, 20],
  });
});

test('2x³ − 6xy + 3y² has a saddle at (0, 0) and the minimum −1 at (1, 1)', () => {
  const at = criticalPoint(saddle);
  // Hessian (12x, −6; −6, 6): eigenvalues 3 ± 3√5 and 9 ± 3√5.
  const origin = at({ x: 0, y: 0 });
  expect(origin).toMatchObject({ kind: 'saddle', value: 0, gradientNorm: 0 });
  expect(origin.eigenvalues[0]).toBeCloseTo(3 - 3 * Math.sqrt(5), 14);
  expect(origin.eigenvalues[1]).toBeCloseTo(3 + 3 * Math.sqrt(5), 14);
  const low = at({ x: 1, y: 1 });
  expect(low).toMatchObject({ kind: 'minimum', value: -1, gradientNorm: 0 });
  expect(low.eigenvalues[0]).toBeCloseTo(9 - 3 * Math.sqrt(5), 14);
  expect(low.eigenvalues[1]).toBeCloseTo(9 + 3 * Math.sqrt(5), 14);
});

test('xy·exp(−(x² + y²)/2) has a saddle at (0, 0), maxima 1/e at ±(1, 1), minima −1/e at ±(1, −1)', () => {
  const at = criticalPoint(bells);
  expect(at({ x: 0, y: 0 })).toEqual({ kind: 'saddle', value: 0, gradientNorm: 0, eigenvalues: [-1, 1] });
  for (const sign of [1, -1]) {
    const high = at({ x: sign, y: sign });
    const low = at({ x: sign, y: -sign });
    expect(high.kind).toBe('maximum');
    expect(high.value).toBeCloseTo(Math.exp(-1), 15);
    expect(low.kind).toBe('minimum');
    expect(low.value).toBeCloseTo(-Math.exp(-1), 15);
    // Both second derivatives are ∓2/e, the mixed one is 0.
    for (const eigenvalue of high.eigenvalues) expect(eigenvalue).toBeCloseTo(-2 * Math.exp(-1), 15);
    for (const eigenvalue of low.eigenvalues) expect(eigenvalue).toBeCloseTo(2 * Math.exp(-1), 15);
  }
});

test('a slope is no critical point; a plane and what is not finite are not told apart by curvature', () => {
  expect(criticalPoint(saddle)({ x: 0.5, y: 0.2 }).kind).toBe('none');
  expect(criticalPoint((x) => $.multiply(0, x))(3).kind).toBe('degenerate');
  expect(criticalPoint((x) => $.log(x))(0).kind).toBe('none');
  expect(criticalPoint((x, y) => $.add($.square(x), $.square(y)))(0, 0).kind).toBe('minimum');
  expect(criticalPoint((v) => $.sum($.square(v)))([0, 0, 0]).eigenvalues).toEqual([2, 2, 2]);
});

test('the tolerance says what counts as level', () => {
  expect(criticalPoint((x) => $.square(x))(1e-4).kind).toBe('none');
  expect(criticalPoint((x) => $.square(x), { tolerance: 1e-3 })(1e-4).kind).toBe('minimum');
  expect(() => criticalPoint((x) => x, { tolerance: -1 })).toThrow('tolerance is -1');
  expect(() => criticalPoint((x) => x)([1, 2])).toThrow(ShapeError);
});
