import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createStream } from '../../../util/random.ts';
import { StoreLayout } from '../../layout.ts';
import { createWasmExecutor } from '../executor.ts';
import { Heap, heapOf } from './heap.ts';

test('allocations are aligned, zeroed, never overlap, and come back', () => {
  const heap = new Heap('portable');
  const random = createStream(1, 'data');
  const live = new Map<object, { address: number; bytes: number }>();
  for (let i = 0; i < 400; i++) {
    if (random.uniform() < 0.6 || live.size === 0) {
      const owner = {};
      const bytes = random.integer(random.uniform() < 0.1 ? 400_000 : 2_000);
      const address = heap.allocate(bytes, owner);
      expect(address % 64).toBe(0);
      expect(heap.bytes.subarray(address, address + bytes).every((byte) => byte === 0)).toBe(true);
      for (const other of live.values()) {
        const apart = address >= other.address + other.bytes + 16 || address + bytes + 16 <= other.address;
        expect(apart).toBe(true);
      }
      heap.bytes.fill(255, address, address + bytes);
      live.set(owner, { address, bytes });
    } else {
      const [owner] = [...live][random.integer(live.size)];
      heap.release(owner);
      live.delete(owner);
    }
  }
  for (const owner of live.keys()) heap.release(owner);
  expect(heap.used).toBe(0);
  // All of it is one gap again: what was there before fits without growing.
  const size = heap.bytes.byteLength;
  heap.allocate(size - 65536 - 64, {});
  expect(heap.bytes.byteLength).toBe(size);
});

test('growing keeps what lies in the memory', () => {
  const heap = new Heap('portable');
  const address = heap.allocate(8, {});
  heap.floats[address / 4] = 1.5;
  heap.allocate(5_000_000, {});
  expect(heap.floats[address / 4]).toBe(1.5);
});

test('a store that nobody holds gives its memory back when it is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const executor = createWasmExecutor({ numerics: 'portable' });
  const layout = new StoreLayout([{ name: 'w', shape: [1000, 1000], trainable: true }]);
  const before = heapOf('portable').used;
  const make = (): void => {
    executor.createStore(layout, 2);
  };
  for (let i = 0; i < 5; i++) make();
  expect(heapOf('portable').used).toBeGreaterThan(before + 70_000_000);
  for (let i = 0; i < 20 && heapOf('portable').used > before; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(heapOf('portable').used).toBe(before);
});

test('disposing gives the memory back at once', () => {
  const before = heapOf('portable').used;
  const executor = createWasmExecutor({ numerics: 'portable' });
  const store = executor.createStore(new StoreLayout([{ name: 'w', shape: [10, 10], trainable: true }]), 1);
  const data = executor.createData({ values: new Float32Array(100), width: 10 });
  expect(heapOf('portable').used).toBeGreaterThan(before);
  store.dispose();
  data.dispose();
  expect(heapOf('portable').used).toBe(before);
});
