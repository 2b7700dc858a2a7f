import type { UpdateRun } from '../compile/compile.ts';
import type { UpdateConstants } from '../compile/updateRules.ts';
import { sizeOf } from '../util/shape.ts';

/** A parameter as a model declares it. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** False for state that no optimizer changes, such as running statistics. */
  readonly trainable: boolean;
  /** Multiplies the optimizer's weight decay. Default 1. */
  readonly decayFactor?: number;
  /** Multiplies the learning rate. Default 1. */
  readonly learningRateFactor?: number;
}

/** A parameter with its position in the store. */
export interface Segment extends ParameterSpec {
  /** In elements from the beginning of all parameters. */
  readonly offset: number;
  readonly size: number;
}

/** A run of neighbouring segments that an optimizer treats alike. */
export interface SegmentRun {
  readonly offset: number;
  readonly size: number;
  readonly decayFactor: number;
  readonly learningRateFactor: number;
}

/** Segments begin at multiples of this many elements (64 bytes), so that flat passes need no tails. */
const ALIGNMENT = 16;

/** The layout of all parameters in one flat array: the trainable ones first, those treated alike together. */
export class StoreLayout {
  readonly segments: readonly Segment[];
  /** Elements of the trainable region, which gradients and optimizer slots mirror. */
  readonly trainableSize: number;
  /** Elements in all. */
  readonly size: number;
  readonly runs: readonly SegmentRun[];
  readonly #byName: ReadonlyMap<string, Segment>;

  constructor(specs: readonly ParameterSpec[]) {
    const groups = new Map<string, ParameterSpec[]>();
    for (const spec of specs) {
      const key = spec.trainable ? `${spec.decayFactor ?? 1}/${spec.learningRateFactor ?? 1}` : 'state';
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [spec]);
      else group.push(spec);
    }
    const state = groups.get('state') ?? [];
    groups.delete('state');
    const segments: Segment[] = [];
    const runs: SegmentRun[] = [];
    let offset = 0;
    const place = (spec: ParameterSpec): void => {
      const size = sizeOf(spec.shape);
      segments.push({ ...spec, offset, size });
      offset += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    };
    for (const group of groups.values()) {
      const start = offset;
      group.forEach(place);
      const { decayFactor = 1, learningRateFactor = 1 } = group[0];
      if (offset > start) runs.push({ offset: start, size: offset - start, decayFactor, learningRateFactor });
    }
    this.trainableSize = offset;
    state.forEach(place);
    this.segments = segments;
    this.size = offset;
    this.runs = runs;
    this.#byName = new Map(segments.map((segment) => [segment.name, segment]));
  }

  /** Find a parameter by name. */
  segment(name: string): Segment {
    const found = this.#byName.get(name);
    if (found === undefined) throw new Error(`the store has no parameter '${name}'`);
    return found;
  }

  /** The runs as the compiler wants them, each with its share of the weight decay. */
  updateRuns(constants: UpdateConstants): UpdateRun[] {
    return this.runs.map(({ offset, size, decayFactor }) => ({
      offset,
      size,
      constants: { ...constants, weightDecay: constants.weightDecay * decayFactor },
    }));
  }
}
