import { type Dimension, multiplyDimensions, type Shape } from '../util/shape.ts';

/** A run of neighbouring axes of a result along which each operand either moves or repeats. */
export interface BroadcastGroup {
  readonly size: Dimension;
  /** Whether the left operand moves along it. */
  readonly a: boolean;
  readonly b: boolean;
}

const NOTHING: BroadcastGroup = { size: 1, a: false, b: false };

/** Whether an operand moves along each axis of the result. */
const moves = (operand: Shape, result: Shape): boolean[] => {
  const lead = result.length - operand.length;
  return result.map((_, axis) => axis >= lead && operand[axis - lead] !== 1);
};

/** Join the axes of a broadcast result into as few runs as possible. */
export function allBroadcastGroups(a: Shape, b: Shape, result: Shape): BroadcastGroup[] {
  const [aMoves, bMoves] = [moves(a, result), moves(b, result)];
  const groups: BroadcastGroup[] = [];
  result.forEach((dimension, axis) => {
    if (dimension === 1) return;
    const last = groups.at(-1);
    if (last !== undefined && last.a === aMoves[axis] && last.b === bMoves[axis]) {
      groups[groups.length - 1] = { ...last, size: multiplyDimensions(last.size, dimension) };
    } else {
      groups.push({ size: dimension, a: aMoves[axis], b: bMoves[axis] });
    }
  });
  return groups;
}

/** The outer and the inner run of a broadcast that has at most two; the compiler sees to that. */
export function broadcastGroups(
  a: Shape,
  b: Shape,
  result: Shape,
): readonly [BroadcastGroup, BroadcastGroup] {
  const groups = allBroadcastGroups(a, b, result);
  if (groups.length > 2) throw new Error('a broadcast with more than two runs of axes reached an executor');
  return [groups.length === 2 ? groups[0] : NOTHING, groups.at(-1) ?? NOTHING];
}
