import { assertEquals } from "@std/assert";
import { murmur2, partitionForKey } from "../../../client/producer/murmur2.ts";

/** Bytes and texts with what Java's `Utils.murmur2` makes of them. */
const vectors: readonly [string, number][] = [
  ["", 275646681],
  ["35", 55100550],
  ["f78a", 1288432276],
  ["e1bbe7", -983584298],
  ["28c0450c", -392157833],
  ["e43c084f4b", 650222576],
  ["839dee466d85", 609540322],
  ["be6a61aa9a0c61", -2055415863],
  ["bd6743e7dc978573", 496582918],
  ["998e685e885cb361f8", -2143606509],
  ["20bebfb01100b2765457", 1749477346],
  ["0f406cc8e3a188fff11059", 239636182],
  ["6fbce62655dfbd6f83b89670", -715584511],
  ["daa9395cbb3cb06feaf2456f0a5717a6b5bb127579092b", -273274790],
];
const texts: readonly [string, number][] = [
  ["a", -1563381124],
  ["abc", 479470107],
  ["hello", 2132663229],
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["ключ", 2122343024],
];

Deno.test("the hash of bytes is Java's, whatever their length", () => {
  for (const [hex, hash] of vectors) assertEquals(murmur2(Uint8Array.fromHex(hex)), hash, hex);
  for (const [text, hash] of texts) {
    assertEquals(murmur2(new TextEncoder().encode(text)), hash, text);
  }
});

/** Java's `java.util.Random`, as far as the test needs it. */
class JavaRandom {
  #seed: bigint;
  constructor(seed: number) {
    this.#seed = (BigInt(seed) ^ 0x5deece66dn) & ((1n << 48n) - 1n);
  }
  next(bits: number): number {
    this.#seed = (this.#seed * 0x5deece66dn + 0xbn) & ((1n << 48n) - 1n);
    return Number(BigInt.asIntN(32, this.#seed >> BigInt(48 - bits)));
  }
  nextInt(bound: number): number {
    for (;;) {
      const bits = this.next(31);
      const value = bits % bound;
      if (((bits - value + (bound - 1)) | 0) >= 0) return value;
    }
  }
  nextBytes(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length;) {
      for (let word = this.next(32), n = Math.min(bytes.length - i, 4); n-- > 0; word >>= 8) {
        bytes[i++] = word & 0xff;
      }
    }
  }
}

Deno.test("the partitions of 100,000 random keys are Java's", () => {
  // Java: for each key, h = h * 31 + toPositive(murmur2(key)) % 37.
  const random = new JavaRandom(7);
  let hash = 17;
  for (let i = 0; i < 100_000; i++) {
    const key = new Uint8Array(random.nextInt(40));
    random.nextBytes(key);
    hash = (Math.imul(hash, 31) + partitionForKey(key, 37)) | 0;
  }
  assertEquals(hash, -145939841);
});
