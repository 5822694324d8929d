import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { KeyHash } from "../../../storage/cleaner/key_hash.ts";
import { SeededRandom } from "../../support/manual_env.ts";

function hashOf(hash: KeyHash, bytes: Uint8Array, start = 0, length = bytes.length): string {
  const out = new Int32Array(4);
  hash.hashInto(bytes, start, length, out);
  return [...out].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join(" ");
}

Deno.test("hashes are the tags of Chaskey's published test vectors", () => {
  const key = new Uint8Array(16);
  const view = new DataView(key.buffer);
  [0x833d3433, 0x009f389f, 0x2398e64f, 0x417acf39].forEach((word, i) =>
    view.setUint32(4 * i, word, true)
  );
  const message = Uint8Array.from({ length: 64 }, (_, i) => i);
  const hash = new KeyHash(key);
  assertEquals(hashOf(hash, message, 0, 0), "792e8fe5 75ce87aa 2d1450b5 1191970b");
  assertEquals(hashOf(hash, message, 0, 1), "13a9307b 50e62c89 4577bd88 c0bbdc18");
  assertEquals(hashOf(hash, message, 0, 2), "55df8922 2c7ff577 73809ef4 4e5084c0");
  assertEquals(hashOf(hash, message, 0, 16), "79271ca9 d66a1c71 81ca474e 49831cad");
  assertEquals(hashOf(hash, message, 0, 17), "048da968 4e25d096 2d6cf897 bc3959ca");
});

Deno.test("a hash depends on every byte and on the length, and not on what lies around the key", () => {
  const random = new SeededRandom(3);
  const hash = new KeyHash(random.bytes(16));
  const seen = new Set<string>();
  for (let length = 0; length <= 70; length++) {
    const key = random.bytes(length);
    const around = random.bytes(length + 20);
    around.set(key, 7);
    const plain = hashOf(hash, key);
    assertEquals(hashOf(hash, around, 7, length), plain);
    seen.add(plain);
    for (let i = 0; i < length; i++) {
      key[i]! ^= 1;
      assertNotEquals(hashOf(hash, key), plain);
      key[i]! ^= 1;
    }
  }
  for (let zeros = 0; zeros <= 40; zeros++) seen.add(hashOf(hash, new Uint8Array(zeros)));
  assertEquals(seen.size >= 110, true);
});

Deno.test("another key of the hash gives other hashes", () => {
  const random = new SeededRandom(4);
  const bytes = random.bytes(10);
  assertNotEquals(
    hashOf(new KeyHash(random.bytes(16)), bytes),
    hashOf(new KeyHash(random.bytes(16)), bytes),
  );
});

Deno.test("the bits of hashes of similar keys are spread evenly", () => {
  const hash = new KeyHash(new SeededRandom(5).bytes(16));
  const ones = new Float64Array(128);
  const out = new Int32Array(4);
  const count = 20_000;
  const encoder = new TextEncoder();
  for (let i = 0; i < count; i++) {
    const key = encoder.encode(`key-${i}`);
    hash.hashInto(key, 0, key.length, out);
    for (let bit = 0; bit < 128; bit++) ones[bit]! += (out[bit >> 5]! >>> (bit & 31)) & 1;
  }
  // Five standard deviations of a fair coin.
  const bound = 5 * Math.sqrt(count) / 2;
  for (let bit = 0; bit < 128; bit++) {
    assert(Math.abs(ones[bit]! - count / 2) < bound, `bit ${bit}: ${ones[bit]}`);
  }
});
