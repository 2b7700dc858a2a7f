import { requireRoom } from '../../checkRun.ts';
import { type ParameterStore, type Region, regionOf } from '../../executor.ts';
import type { StoreLayout } from '../../layout.ts';
import type { Heap } from './heap.ts';

const FLOAT_BYTES = 4;

/** A store in the kernels' memory: parameters, gradients and slots, each one flat array. */
export class WasmStore implements ParameterStore {
  readonly layout: StoreLayout;
  readonly slots: number;
  readonly heap: Heap;
  readonly parameters: number;
  readonly gradients: number;
  readonly slotAddresses: readonly number[];
  isDisposed = false;

  constructor(layout: StoreLayout, slots: number, heap: Heap) {
    const region = (size: number): number => heap.allocate(size * FLOAT_BYTES, this);
    this.layout = layout;
    this.slots = slots;
    this.heap = heap;
    this.parameters = region(layout.size);
    this.gradients = region(layout.trainableSize);
    this.slotAddresses = Array.from({ length: slots }, () => region(layout.trainableSize));
  }

  /** The address of a segment. */
  address(name: string, region: Region = 'parameter'): number {
    const base = regionOf(region, this.parameters, this.gradients, this.slotAddresses);
    return base + this.layout.segment(name).offset * FLOAT_BYTES;
  }

  read(name: string, region: Region = 'parameter'): Float32Array {
    const start = this.address(name, region) / FLOAT_BYTES;
    return this.heap.floats.slice(start, start + this.layout.segment(name).size);
  }

  write(name: string, values: ArrayLike<number>, region: Region = 'parameter'): void {
    requireRoom(name, values.length, this.layout.segment(name).size);
    this.heap.floats.set(values, this.address(name, region) / FLOAT_BYTES);
  }

  dispose(): void {
    this.isDisposed = true;
    this.heap.release(this);
  }
}
