/** The rules by which an optimizer changes its parameters; `optim` says which one with which numbers. */
export type UpdateRule =
  | 'sgd'
  | 'momentum'
  | 'nesterov'
  | 'velocityMomentum'
  | 'velocityNesterov'
  | 'adam'
  | 'adamW'
  | 'adamUncorrectedEpsilon'
  | 'adagrad'
  | 'rmsProp'
  | 'rmsPropCentered'
  | 'rmsPropMomentum'
  | 'rmsPropCenteredMomentum'
  | 'adadelta'
  | 'nadam';

/** The fixed numbers of an update rule; each rule reads those it needs. */
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

interface UpdateRow {
  /** How many numbers per parameter the rule remembers. */
  readonly slots: number;
  /** How many numbers it needs each step. */
  readonly scalars: number;
}

/** One row a rule. The formulas stand in runtime/reference/ops/update.ts. */
export const updateRules: Record<UpdateRule, UpdateRow> = {
  sgd: { slots: 0, scalars: 1 },
  momentum: { slots: 1, scalars: 2 },
  nesterov: { slots: 1, scalars: 2 },
  velocityMomentum: { slots: 1, scalars: 1 },
  velocityNesterov: { slots: 1, scalars: 1 },
  adam: { slots: 2, scalars: 2 },
  adamW: { slots: 2, scalars: 3 },
  adamUncorrectedEpsilon: { slots: 2, scalars: 1 },
  adagrad: { slots: 1, scalars: 1 },
  rmsProp: { slots: 1, scalars: 1 },
  rmsPropCentered: { slots: 2, scalars: 1 },
  rmsPropMomentum: { slots: 2, scalars: 2 },
  rmsPropCenteredMomentum: { slots: 3, scalars: 2 },
  adadelta: { slots: 2, scalars: 1 },
  nadam: { slots: 2, scalars: 3 },
};
