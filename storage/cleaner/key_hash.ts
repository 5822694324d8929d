/**
 * The hash that stands for a record's key in the cleaner's offset map.
 *
 * Two keys with one hash would make the cleaner drop the older record of the two: data lost. So the hash has
 * 128 bits, and it is keyed: Chaskey (Mouha et al., SAC 2014), a message authentication code of 32-bit additions, rotations
 * and exclusive-ors, under a key drawn at random for each map. With n keys in a map the probability that any two
 * collide is n² / 2^129: for 5 million keys (a full 128 MiB map) 4e-26, less than that of an undetected memory
 * error by far. Since the key is secret and lives for one cleaning, nobody who chooses record keys can bring a
 * collision about either, which Kafka's MD5 cannot say of itself. The 8 rounds of the original do: the 12 of its standard
 * (ISO/IEC 29192-6) are a margin against who learns the key from hashes that he has seen, and these are never shown to
 * anyone. 32-bit operations run at full speed in JavaScript, where MD5 would take several times as long per key and
 * 64-bit hashes would need bigint.
 *
 * @module
 */

const CHASKEY_ROUNDS = 8;

/** The keyed 128-bit hash of byte ranges. */
export class KeyHash {
  readonly #k: Int32Array;
  readonly #k1: Int32Array;
  readonly #k2: Int32Array;

  /**
   * @param key 16 bytes, random
   */
  constructor(key: Uint8Array) {
    const k = new Int32Array(4);
    for (let i = 0; i < 4; i++) {
      k[i] = key[4 * i]! | (key[4 * i + 1]! << 8) | (key[4 * i + 2]! << 16) |
        (key[4 * i + 3]! << 24);
    }
    this.#k = k;
    this.#k1 = timesTwo(k);
    this.#k2 = timesTwo(this.#k1);
  }

  /** Writes the hash of `bytes[start, start + length)` to four elements of `out`, from `outAt` on. */
  hashInto(bytes: Uint8Array, start: number, length: number, out: Int32Array, outAt = 0): void {
    const k = this.#k;
    let v0 = k[0]!;
    let v1 = k[1]!;
    let v2 = k[2]!;
    let v3 = k[3]!;
    let at = start;
    let left = length;
    let last = this.#k1;
    for (;;) {
      let m0: number, m1: number, m2: number, m3: number;
      const isLast = left <= 16;
      if (at + 16 <= bytes.length) {
        m0 = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
        m1 = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) |
          (bytes[at + 7]! << 24);
        m2 = bytes[at + 8]! | (bytes[at + 9]! << 8) | (bytes[at + 10]! << 16) |
          (bytes[at + 11]! << 24);
        m3 = bytes[at + 12]! | (bytes[at + 13]! << 8) | (bytes[at + 14]! << 16) |
          (bytes[at + 15]! << 24);
      } else {
        m0 = wordAt(bytes, at, left);
        m1 = wordAt(bytes, at + 4, left - 4);
        m2 = wordAt(bytes, at + 8, left - 8);
        m3 = wordAt(bytes, at + 12, left - 12);
      }
      if (left < 16) {
        // A last block that is not whole is closed with a 1 byte, and keyed apart from a whole one. What was read behind
        // the end of the key goes.
        last = this.#k2;
        const close = 1 << ((left & 3) << 3);
        const word = left >> 2;
        if (word === 0) {
          m0 = (m0 & (close - 1)) | close;
          m1 = m2 = m3 = 0;
        } else if (word === 1) {
          m1 = (m1 & (close - 1)) | close;
          m2 = m3 = 0;
        } else if (word === 2) {
          m2 = (m2 & (close - 1)) | close;
          m3 = 0;
        } else {
          m3 = (m3 & (close - 1)) | close;
        }
      }
      if (isLast) {
        m0 ^= last[0]!;
        m1 ^= last[1]!;
        m2 ^= last[2]!;
        m3 ^= last[3]!;
      }
      v0 ^= m0;
      v1 ^= m1;
      v2 ^= m2;
      v3 ^= m3;
      for (let round = 0; round < CHASKEY_ROUNDS; round++) {
        v0 = (v0 + v1) | 0;
        v1 = (v1 << 5) | (v1 >>> 27);
        v1 ^= v0;
        v0 = (v0 << 16) | (v0 >>> 16);
        v2 = (v2 + v3) | 0;
        v3 = (v3 << 8) | (v3 >>> 24);
        v3 ^= v2;
        v0 = (v0 + v3) | 0;
        v3 = (v3 << 13) | (v3 >>> 19);
        v3 ^= v0;
        v2 = (v2 + v1) | 0;
        v1 = (v1 << 7) | (v1 >>> 25);
        v1 ^= v2;
        v2 = (v2 << 16) | (v2 >>> 16);
      }
      if (isLast) break;
      at += 16;
      left -= 16;
    }
    out[outAt] = v0 ^ last[0]!;
    out[outAt + 1] = v1 ^ last[1]!;
    out[outAt + 2] = v2 ^ last[2]!;
    out[outAt + 3] = v3 ^ last[3]!;
  }
}

/** Up to four of the `left` bytes from `at` on, little-endian; the others are 0. */
function wordAt(bytes: Uint8Array, at: number, left: number): number {
  let word = 0;
  for (let i = 0; i < 4 && i < left; i++) word |= bytes[at + i]! << (8 * i);
  return word;
}

/** Doubling in GF(2^128), as Chaskey derives its subkeys. */
function timesTwo(k: Int32Array): Int32Array {
  const carry = (k[3]! >>> 31) * 0x87;
  return Int32Array.of(
    (k[0]! << 1) ^ carry,
    (k[1]! << 1) | (k[0]! >>> 31),
    (k[2]! << 1) | (k[1]! >>> 31),
    (k[3]! << 1) | (k[2]! >>> 31),
  );
}
