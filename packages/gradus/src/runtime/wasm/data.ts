import type { Data, DataSource } from '../executor.ts';
import type { Heap } from './heap.ts';

/** A table in the kernels' memory: float32, int32, or bytes that are scaled while they are gathered. */
export class WasmData implements Data {
  readonly rows: number;
  readonly width: number;
  readonly address: number;
  readonly kind: 'float' | 'int' | 'byte';
  readonly scale: number;
  readonly shift: number;
  isDisposed = false;
  private readonly heap: Heap;

  constructor({ values, width, scale = 1, shift = 0 }: DataSource, heap: Heap) {
    this.heap = heap;
    this.width = width;
    this.rows = values.length / width;
    this.scale = scale;
    this.shift = shift;
    const isByte = values instanceof Uint8Array;
    this.kind = isByte ? 'byte' : values instanceof Int32Array ? 'int' : 'float';
    this.address = heap.allocate(values.length * (isByte ? 1 : 4), this);
    if (isByte) heap.bytes.set(values, this.address);
    else (this.kind === 'int' ? heap.ints : heap.floats).set(values, this.address / 4);
  }

  dispose(): void {
    this.isDisposed = true;
    this.heap.release(this);
  }
}
