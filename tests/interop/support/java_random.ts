/** The numbers of `java.util.Random`, so that both sides can make the same data from a seed. */
export class JavaRandom {
  #seed: bigint;

  /** As Java's, from a seed. */
  constructor(seed: number) {
    this.#seed = (BigInt(seed) ^ 0x5deece66dn) & ((1n << 48n) - 1n);
  }

  #next(bits: number): number {
    this.#seed = (this.#seed * 0x5deece66dn + 0xbn) & ((1n << 48n) - 1n);
    return Number(BigInt.asIntN(32, this.#seed >> BigInt(48 - bits)));
  }

  /** A number from 0 up to `bound`, which is not among them. */
  nextInt(bound: number): number {
    const first = this.#next(31);
    if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(first)) >> 31n);
    for (let bits = first;; bits = this.#next(31)) {
      const value = bits % bound;
      if (bits - value + bound - 1 <= 0x7fff_ffff) return value;
    }
  }

  /** Fills an array. */
  nextBytes(bytes: Uint8Array): Uint8Array {
    for (let i = 0; i < bytes.length;) {
      for (let word = this.#next(32), left = 4; left > 0 && i < bytes.length; word >>= 8, left--) {
        bytes[i++] = word & 255;
      }
    }
    return bytes;
  }
}
