import { requireLive, requireRoom } from '../../checkRun.ts';
import type { Data, DataSource } from '../../executor.ts';
import type { Heap } from './heap.ts';

const kindOf = (values: DataSource['values']): 'float' | 'int' | 'byte' =>
  values instanceof Uint8Array ? 'byte' : values instanceof Int32Array ? 'int' : 'float';

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
    this.kind = kindOf(values);
    this.address = heap.allocate(values.length * (this.kind === 'byte' ? 1 : 4), this);
    this.write(values);
  }

  write(values: DataSource['values']): void {
    requireLive(this, 'data');
    requireRoom('data', values.length, this.rows * this.width);
    if (kindOf(values) !== this.kind) throw new Error(`${kindOf(values)} rows for data of '${this.kind}'`);
    if (this.kind === 'byte') this.heap.bytes.set(values, this.address);
    else (this.kind === 'int' ? this.heap.ints : this.heap.floats).set(values, this.address / 4);
  }

  dispose(): void {
    this.isDisposed = true;
    this.heap.release(this);
  }
}
