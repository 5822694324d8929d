/**
 * Numbers and bytes that look random and are the same for the same seed: {@linkcode SeededRandom} in short.
 *
 * @module
 */

import { SeededRandom } from "./manual_env.ts";

/** A source of numbers in [0, 1), for `seed`. */
export function pseudoRandom(seed: number): () => number {
  const random = new SeededRandom(seed);
  return () => random.next();
}

/** `length` bytes for `seed`. */
export function pseudoRandomBytes(length: number, seed: number): Uint8Array {
  return new SeededRandom(seed).bytes(length);
}
