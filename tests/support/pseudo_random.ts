/**
 * Numbers and bytes that look random and are the same for the same seed.
 *
 * @module
 */

/** A source of numbers in [0, 1), for `seed` (mulberry32). */
export function pseudoRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` bytes for `seed`. */
export function pseudoRandomBytes(length: number, seed: number): Uint8Array {
  const next = pseudoRandom(seed);
  return Uint8Array.from({ length }, () => next() * 256);
}
