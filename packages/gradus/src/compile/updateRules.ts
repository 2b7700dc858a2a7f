type Numbers = Float64Array | Float32Array;

/** The constants of an update rule; each rule reads those it needs. */
export interface UpdateConstants {
  /** Coupled decay: g ← g + weightDecay·w before all else. */
  readonly weightDecay: number;
  readonly momentum: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Added to a mean square before its root is taken, where `epsilon` is added to the root. */
  readonly underRoot: number;
}

/** A rule by which an optimizer updates its parameters; `optim` chooses the rule and its constants. */
interface UpdateRow {
  /** How many values per parameter the rule remembers. */
  readonly slots: number;
  /** How many scalars it reads each step. */
  readonly scalars: number;
  /** Change w by the gradient g in plain loops; `c` holds the step's scalars. The reference executor runs this. */
  readonly apply: (
    w: Numbers,
    g: Numbers,
    slots: readonly Numbers[],
    c: ArrayLike<number>,
    k: UpdateConstants,
  ) => void;
}

const each =
  (
    rule: (
      w: number,
      g: number,
      i: number,
      slots: readonly Numbers[],
      c: ArrayLike<number>,
      k: UpdateConstants,
    ) => number,
  ): UpdateRow['apply'] =>
  (w, g, slots, c, k) => {
    for (let i = 0; i < w.length; i++) w[i] = rule(w[i], g[i] + k.weightDecay * w[i], i, slots, c, k);
  };

/** m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g² (Kingma & Ba 2015). */
function moments(
  g: number,
  i: number,
  [m, v]: readonly Numbers[],
  k: UpdateConstants,
): readonly [number, number] {
  const first = k.beta1 * m[i] + (1 - k.beta1) * g;
  const second = k.beta2 * v[i] + (1 - k.beta2) * g * g;
  m[i] = first;
  v[i] = second;
  return [first, second];
}

/** v ← μv + change; the result is not rounded to what the slot holds. */
function velocity(v: Numbers, i: number, k: UpdateConstants, change: number): number {
  const next = k.momentum * v[i] + change;
  v[i] = next;
  return next;
}

/** √(v + under) + ε, of a mean square v that rounding may have made less than 0. */
const root = (v: number, k: UpdateConstants): number => Math.sqrt(Math.max(0, v) + k.underRoot) + k.epsilon;

/** v ← ρv + (1 − ρ)g², ρ = β₂. */
function meanSquare(v: Numbers, g: number, i: number, k: UpdateConstants): number {
  const next = k.beta2 * v[i] + (1 - k.beta2) * g * g;
  v[i] = next;
  return next;
}

/** The variance of the gradient: v as above, a ← ρa + (1 − ρ)g, v − a² (Graves 2013). */
function variance(v: Numbers, a: Numbers, g: number, i: number, k: UpdateConstants): number {
  const mean = k.beta2 * a[i] + (1 - k.beta2) * g;
  a[i] = mean;
  return meanSquare(v, g, i, k) - mean * mean;
}

/** One row a rule. c₀ is the learning rate where nothing else is said. */
export const updateRules = {
  sgd: { slots: 0, scalars: 1, apply: each((w, g, _i, _s, c) => w - c[0] * g) },
  // v ← μv + c₁g, w ← w − c₀v; c₁ = 1 at the first step, then 1 − dampening (PyTorch)
  momentum: {
    slots: 1,
    scalars: 2,
    apply: each((w, g, i, [v], c, k) => {
      const next = velocity(v, i, k, c[1] * g);
      return w - c[0] * next;
    }),
  },
  // w ← w − c₀(g + μv)
  nesterov: {
    slots: 1,
    scalars: 2,
    apply: each((w, g, i, [v], c, k) => {
      const next = velocity(v, i, k, c[1] * g);
      return w - c[0] * (g + k.momentum * next);
    }),
  },
  // v ← μv − c₀g, w ← w + v (Keras, scikit-learn)
  velocityMomentum: {
    slots: 1,
    scalars: 1,
    apply: each((w, g, i, [v], c, k) => {
      const next = velocity(v, i, k, -c[0] * g);
      return w + next;
    }),
  },
  // w ← w + μv − c₀g
  velocityNesterov: {
    slots: 1,
    scalars: 1,
    apply: each((w, g, i, [v], c, k) => {
      const next = velocity(v, i, k, -c[0] * g);
      return w + k.momentum * next - c[0] * g;
    }),
  },
  // w ← w − c₀·m/(√v/c₁ + ε), c₀ = η/(1 − β₁ᵗ), c₁ = √(1 − β₂ᵗ)
  adam: {
    slots: 2,
    scalars: 2,
    apply: each((w, g, i, slots, c, k) => {
      const [m, v] = moments(g, i, slots, k);
      return w - (c[0] * m) / (Math.sqrt(v) / c[1] + k.epsilon);
    }),
  },
  // w ← c₂w first, c₂ = 1 − η·decay (Loshchilov & Hutter 2019)
  adamW: {
    slots: 2,
    scalars: 3,
    apply(w, g, slots, c, k) {
      for (let i = 0; i < w.length; i++) {
        const [m, v] = moments(g[i], i, slots, k);
        w[i] = c[2] * w[i] - (c[0] * m) / (Math.sqrt(v) / c[1] + k.epsilon);
      }
    },
  },
  // w ← w − c₀·m/(√v + ε), c₀ = η√(1 − β₂ᵗ)/(1 − β₁ᵗ) (scikit-learn, Keras)
  adamUncorrectedEpsilon: {
    slots: 2,
    scalars: 1,
    apply: each((w, g, i, slots, c, k) => {
      const [m, v] = moments(g, i, slots, k);
      return w - (c[0] * m) / (Math.sqrt(v) + k.epsilon);
    }),
  },
  // s ← s + g², w ← w − c₀g/root(s) (Duchi et al. 2011)
  adagrad: {
    slots: 1,
    scalars: 1,
    apply: each((w, g, i, [s], c, k) => {
      const sum = s[i] + g * g;
      s[i] = sum;
      return w - (c[0] * g) / root(sum, k);
    }),
  },
  // w ← w − c₀g/root(v) (Tieleman & Hinton 2012)
  rmsProp: {
    slots: 1,
    scalars: 1,
    apply: each((w, g, i, [v], c, k) => w - (c[0] * g) / root(meanSquare(v, g, i, k), k)),
  },
  rmsPropCentered: {
    slots: 2,
    scalars: 1,
    apply: each((w, g, i, [v, a], c, k) => w - (c[0] * g) / root(variance(v, a, g, i, k), k)),
  },
  // b ← μb + c₁g/root(v), w ← w − c₀b
  rmsPropMomentum: {
    slots: 2,
    scalars: 2,
    apply: each((w, g, i, [v, b], c, k) => {
      const next = velocity(b, i, k, (c[1] * g) / root(meanSquare(v, g, i, k), k));
      return w - c[0] * next;
    }),
  },
  rmsPropCenteredMomentum: {
    slots: 3,
    scalars: 2,
    apply: each((w, g, i, [v, a, b], c, k) => {
      const next = velocity(b, i, k, (c[1] * g) / root(variance(v, a, g, i, k), k));
      return w - c[0] * next;
    }),
  },
  // d = g·root(u)/root(v) with u the mean of d² before this step, w ← w − c₀d (Zeiler 2012)
  adadelta: {
    slots: 2,
    scalars: 1,
    apply: each((w, g, i, [v, u], c, k) => {
      const change = (g * root(u[i], k)) / root(meanSquare(v, g, i, k), k);
      meanSquare(u, change, i, k);
      return w - c[0] * change;
    }),
  },
  // w ← w − (c₀g + c₁m)/(√v/c₂ + ε), c₂ = √(1 − β₂ᵗ) (Dozat 2016)
  nadam: {
    slots: 2,
    scalars: 3,
    apply: each((w, g, i, slots, c, k) => {
      const [m, v] = moments(g, i, slots, k);
      return w - (c[0] * g + c[1] * m) / (Math.sqrt(v) / c[2] + k.epsilon);
    }),
  },
} satisfies Record<string, UpdateRow>;

/** The name of an update rule. */
export type UpdateRule = keyof typeof updateRules;
