import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { kernels } from '../packages/gradus/src/runtime/wasm/generated/kernels.ts';
import { kernelBinary } from '../packages/gradus/src/runtime/wasm/memory/kernelBinary.ts';
import { assembleKernels, encodeBytes, withPlaceholders } from './packKernels.mjs';
import { sortInstructions } from './sortInstructions.mjs';

test('multiply-adds become a multiplication and an addition, nested ones too', () => {
  const text =
    '(f (f32x4.relaxed_madd (local.get $a) (f32x4.relaxed_madd (x) (y) (z)) (c)) (f32x4.mul (p) (q)))';
  expect(withPlaceholders(text)).toBe(
    '(f (f32x4.relaxed_max (f32x4.relaxed_min (local.get $a) (f32x4.relaxed_max (f32x4.relaxed_min (x) (y)) (z))) (c)) (f32x4.mul (p) (q)))',
  );
});

test('another relaxed instruction is refused: portable would not run everywhere', async () => {
  await expect(assembleKernels('(f32x4.relaxed_nmadd (a) (b) (c))')).rejects.toThrow(
    'f32x4.relaxed_nmadd: f32x4.relaxed_madd is all',
  );
});

test('the text of the kernels is plain ASCII that no bundler has to escape, and compresses by a sixth better than the module', () => {
  const bytes = kernelBinary(kernels, 'fast');
  const text = encodeBytes(sortInstructions(bytes));
  expect(text).toMatch(/^[ -~]*$/);
  expect(text).not.toMatch(/["'`\\$<]/);
  expect(gzipSync(text).length).toBeLessThan(gzipSync(bytes).length * 0.83);
});
