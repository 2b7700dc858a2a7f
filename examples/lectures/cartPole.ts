/**
 * A pole on a cart, to be kept upright by pushing the cart left or right: the equations of motion of A. Barto, R. Sutton
 * & C. Anderson, Neuronlike Adaptive Elements That Can Solve Difficult Learning Control Problems, 1983, without friction.
 */
import type { RandomStream } from 'gradus';

const GRAVITY = 9.8;
const CART_MASS = 1;
const POLE_MASS = 0.1;
/** Half the length of the pole, in m. */
const POLE_LENGTH = 0.5;
/** Of a push, in N. */
const FORCE = 10;
/** Seconds of a step. */
const STEP = 0.02;
const WIDEST = 2.4;
const STEEPEST = (12 * Math.PI) / 180;

/** An episode that lasts this long has been won. */
export const LONGEST = 500;

/** Position and speed of the cart in m and m/s, angle and turning of the pole in rad and rad/s. */
export type State = readonly [x: number, speed: number, angle: number, turning: number];

/** Begin near the middle, upright, at rest. */
export const beginEpisode = (stream: RandomStream): State => {
  const small = (): number => 0.1 * stream.uniform() - 0.05;
  return [small(), small(), small(), small()];
};

/** Push for a step: left for 0, right for 1. The episode is lost where the cart leaves its track, or the pole falls. */
export function push([x, speed, angle, turning]: State, action: number): { state: State; isLost: boolean } {
  const force = action === 1 ? FORCE : -FORCE;
  const mass = CART_MASS + POLE_MASS;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const thrust = (force + POLE_MASS * POLE_LENGTH * turning * turning * sin) / mass;
  const turn = (GRAVITY * sin - cos * thrust) / (POLE_LENGTH * (4 / 3 - (POLE_MASS * cos * cos) / mass));
  const acceleration = thrust - (POLE_MASS * POLE_LENGTH * turn * cos) / mass;
  const state: State = [
    x + STEP * speed,
    speed + STEP * acceleration,
    angle + STEP * turning,
    turning + STEP * turn,
  ];
  return { state, isLost: Math.abs(state[0]) > WIDEST || Math.abs(state[2]) > STEEPEST };
}
