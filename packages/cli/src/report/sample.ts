/**
 * Choose `size` of `count` indices at random without repetition, in rising order (selection sampling, Knuth, The Art
 * of Computer Programming 2, algorithm S). The same seed chooses the same indices on every machine.
 *
 * @returns Every index when there are no more than `size`.
 */
export function sampleIndices(count: number, size: number, seed: number): number[] {
  const chosen: number[] = [];
  let state = seed | 0;
  for (let index = 0; index < count && chosen.length < size; index++) {
    state = (state + 0x9e3779b9) | 0;
    const uniform = mix(state) / 2 ** 32;
    if ((count - index) * uniform < size - chosen.length) chosen.push(index);
  }
  return chosen;
}

/** Integer finaliser with full avalanche (the 32-bit one of MurmurHash3). */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
