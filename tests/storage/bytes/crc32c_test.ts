import { assert, assertEquals } from "@std/assert";
import { crc32c } from "../../../storage/bytes/crc32c.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

/** The definition, bit by bit. */
function bitwise(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

Deno.test("crc32c has the published check values", () => {
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(0)), 0);
  // RFC 3720, B.4
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
});

Deno.test("crc32c is that of the bitwise definition at every length, alignment and chunk border", () => {
  const bytes = pseudoRandomBytes(100_000, 1);
  for (let length = 0; length <= 5100; length++) {
    const start = (length * 7) % 19;
    assertEquals(
      crc32c(bytes, start, start + length),
      bitwise(bytes.subarray(start, start + length)),
    );
  }
  for (const length of [8191, 32_767, 32_768, 32_769, 33_024, 49_151, 49_153, 65_537, 99_999]) {
    assertEquals(crc32c(bytes, 1, length), bitwise(bytes.subarray(1, length)), `${length}`);
  }
});

Deno.test("crc32c does not touch its input, and sees every flipped bit", () => {
  const bytes = pseudoRandomBytes(700, 2);
  const copy = bytes.slice();
  const crc = crc32c(bytes);
  assertEquals(bytes, copy);
  for (let bit = 0; bit < 8 * bytes.length; bit += 13) {
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    assert(crc32c(bytes) !== crc);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
  }
});
