import { assert, assertEquals, assertThrows } from "@std/assert";
import { MessageSource } from "../../../storage/message/message_source.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";

function source(hex: string): MessageSource {
  const bytes = Uint8Array.fromHex(hex);
  return new MessageSource(bytes, 0, bytes.length);
}

Deno.test("primitives are big-endian", () => {
  const from = source("ff" + "8001" + "8001" + "80000001" + "80000001" + "3ff8000000000000");
  assertEquals([from.int8(), from.int16(), from.uint16()], [-1, -32767, 32769]);
  assertEquals([from.int32(), from.uint32(), from.float64()], [-2147483647, 2147483649, 1.5]);
  assertEquals(from.remaining, 0);
});

Deno.test("64-bit numbers are safe integers, or one of the two ends", () => {
  const texts: [string, number][] = [
    ["001fffffffffffff", Number.MAX_SAFE_INTEGER],
    ["ffe0000000000001", Number.MIN_SAFE_INTEGER],
    ["ffffffffffffffff", -1],
    ["7fffffffffffffff", 2 ** 63],
    ["8000000000000000", -(2 ** 63)],
  ];
  for (const [hex, value] of texts) assertEquals(source(hex).int64(), value);
  for (const hex of ["0020000000000000", "7ffffffffffffffe", "ffe0000000000000"]) {
    assertThrows(() => source(hex).int64(), ProtocolError, "2^53");
  }
});

Deno.test("unsigned varints have at most five bytes", () => {
  assertEquals(source("00").unsignedVarint(), 0);
  assertEquals(source("ac02").unsignedVarint(), 300);
  assertEquals(source("ffffffff0f").unsignedVarint(), 0xffff_ffff);
  assertThrows(() => source("ffffffffff01").unsignedVarint(), ProtocolError, "5 bytes");
  assertThrows(() => source("80").unsignedVarint(), ProtocolError);
});

Deno.test("texts of any length are UTF-8", () => {
  for (const text of ["", "topic", "ключ", "a".repeat(25), "日本".repeat(10), "\ufeffmark"]) {
    const bytes = new TextEncoder().encode(text);
    assertEquals(new MessageSource(bytes, 0, bytes.length).text(bytes.length), text);
  }
  assertEquals(source("61ff62").text(3), "a\ufffdb");
});

Deno.test("bytes are a view, ids a text", () => {
  const from = source("0102030405060708090a0b0c0d0e0f10" + "aabb");
  assertEquals(from.uuid(), "AQIDBAUGBwgJCgsMDQ4PEA");
  const view = from.view(2);
  assert(view.buffer === from.bytes.buffer);
  assertEquals(view, Uint8Array.of(0xaa, 0xbb));
});

Deno.test("nothing is read past the end, even where the bytes go on", () => {
  const bytes = new Uint8Array(100);
  for (const read of ["int8", "int16", "int32", "int64", "float64", "uuid"] as const) {
    assertThrows(() => new MessageSource(bytes, 3, 3)[read](), ProtocolError, "left: 0");
  }
  for (const length of [5, 2 ** 32, -1, NaN]) {
    assertThrows(() => new MessageSource(bytes, 0, 4).view(length), ProtocolError);
  }
});
