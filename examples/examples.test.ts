import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.restoreAllMocks();
});

const examples = [
  { name: 'xor', main: () => import('./xor.ts') },
  { name: 'residual', main: () => import('./residual.ts') },
  { name: 'inspection', main: () => import('./inspection.ts') },
  { name: 'customLayer', main: () => import('./customLayer.ts') },
  { name: 'activations', main: () => import('./activations.ts') },
  { name: 'schedules', main: () => import('./schedules.ts') },
];

for (const { name, main } of examples) {
  test(`the example ${name} reaches what it promises`, async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await (await main()).main();
    expect(log).toHaveBeenCalled();
  });
}
