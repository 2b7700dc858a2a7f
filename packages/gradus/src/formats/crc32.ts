/** The CRC-32 of every byte: polynomial x^32 + x^26 + x^23 + … + 1, bits reflected (0xedb88320). */
const table = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder >>> 0;
});

/**
 * Compute the cyclic redundancy check of ISO 3309, as zlib does; it differs for any two inputs of one length that
 * differ in at most 32 neighbouring bits.
 *
 * @param bytes what to check
 * @param previous the check of the bytes before these, to go on with; default 0, at the beginning
 * @returns an integer in [0, 2^32)
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let remainder = ~previous;
  for (let i = 0; i < bytes.length; i++) remainder = table[(remainder ^ bytes[i]) & 0xff] ^ (remainder >>> 8);
  return ~remainder >>> 0;
}
