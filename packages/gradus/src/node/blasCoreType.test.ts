import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { coreTypeFor, processorFlags } from './blasCoreType.ts';

test.each([
  ['SkylakeX', 'sse2 avx avx2 fma avx512f avx512dq avx512cd avx512bw avx512vl'],
  // Knights Landing has a part of AVX-512 only.
  ['Haswell', 'sse2 avx avx2 fma avx512f avx512cd avx512pf'],
  ['Haswell', 'sse2 avx avx2 fma'],
  ['Sandybridge', 'sse2 avx'],
  [undefined, 'sse2 ssse3'],
  [undefined, ''],
])('%s is the core type of a processor with %s', (coreType, flags) => {
  expect(coreTypeFor(new Set(flags.split(' ')))).toBe(coreType);
});

test('flags are read from the first processor; a system without the file has none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-flags-'));
  try {
    const path = join(folder, 'cpuinfo');
    writeFileSync(
      path,
      'processor\t: 0\nflags\t\t: fpu avx  fma\nbugs\t: none\n\nprocessor\t: 1\nflags\t\t: fpu\n',
    );
    expect(processorFlags(path)).toEqual(new Set(['fpu', 'avx', 'fma']));
    writeFileSync(path, 'processor\t: 0\nFeatures\t: asimd\n');
    expect([...processorFlags(path)].filter((flag) => flag !== '')).toEqual([]);
    expect(processorFlags(join(folder, 'missing'))).toEqual(new Set());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
