import { requireRoom } from '../checkRun.ts';
import { type ParameterStore, type Reals, type Region, regionOf } from '../executor.ts';
import type { StoreLayout } from '../layout.ts';
import type { Precision } from './interpret.ts';

/** A store in plain typed arrays. */
export class ReferenceStore implements ParameterStore {
  readonly layout: StoreLayout;
  readonly slots: number;
  readonly parameters: Reals;
  readonly gradients: Reals;
  readonly slotValues: readonly Reals[];

  constructor(layout: StoreLayout, slots: number, precision: Precision) {
    const make = (size: number): Reals =>
      precision === 'float64' ? new Float64Array(size) : new Float32Array(size);
    this.layout = layout;
    this.slots = slots;
    this.parameters = make(layout.size);
    this.gradients = make(layout.trainableSize);
    this.slotValues = Array.from({ length: slots }, () => make(layout.trainableSize));
  }

  /** A view of a segment, not a copy. */
  view(name: string, region: Region = 'parameter'): Reals {
    const { offset, size } = this.layout.segment(name);
    const all = regionOf(region, this.parameters, this.gradients, this.slotValues);
    return all.subarray(offset, offset + size);
  }

  read(name: string, region: Region = 'parameter'): Reals {
    return this.view(name, region).slice();
  }

  write(name: string, values: ArrayLike<number>, region: Region = 'parameter'): void {
    const view = this.view(name, region);
    requireRoom(name, values.length, view.length);
    view.set(values);
  }

  dispose(): void {}
}
