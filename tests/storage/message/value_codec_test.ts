import { assertEquals, assertThrows } from "@std/assert";
import type { PrimitiveType } from "../../../storage/message/message_schema.ts";
import { MessageSink } from "../../../storage/message/message_sink.ts";
import { MessageSource } from "../../../storage/message/message_source.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { mismatch, primitiveCodec } from "../../../storage/message/value_codec.ts";

function written(type: PrimitiveType, value: unknown, isFlexible: boolean): string {
  const codec = primitiveCodec("M.f", type, { isFlexible, isNullable: true });
  const bytes = new Uint8Array(codec.size(value));
  const sink = new MessageSink(bytes, 0);
  codec.write(sink, value);
  assertEquals(sink.at, bytes.length);
  assertEquals(codec.read(new MessageSource(bytes, 0, bytes.length)), value);
  return bytes.toHex();
}

Deno.test("values have the bytes of Kafka's types", () => {
  assertEquals(written("bool", true, false), "01");
  assertEquals(written("int8", -1, false), "ff");
  assertEquals(written("int16", -2, false), "fffe");
  assertEquals(written("uint16", 0xffff, false), "ffff");
  assertEquals(written("int32", -2, false), "fffffffe");
  assertEquals(written("uint32", 0xffff_ffff, false), "ffffffff");
  assertEquals(written("int64", -2, false), "fffffffffffffffe");
  assertEquals(written("int64", 2 ** 63, false), "7fffffffffffffff");
  assertEquals(written("float64", 1.5, false), "3ff8000000000000");
  assertEquals(written("uuid", "AAAAAAAAAAAAAAAAAAAAAQ", false), "0".repeat(31) + "1");
});

Deno.test("lengths are compact in flexible versions", () => {
  assertEquals([written("string", "a", false), written("string", "a", true)], ["000161", "0261"]);
  assertEquals([written("string", null, false), written("string", null, true)], ["ffff", "00"]);
  const bytes = Uint8Array.of(7);
  assertEquals(
    [written("bytes", bytes, false), written("records", bytes, true)],
    ["0000000107", "0207"],
  );
  assertEquals([written("bytes", null, false), written("records", null, true)], ["ffffffff", "00"]);
});

Deno.test("values outside of their type are refused", () => {
  const bad: [PrimitiveType, unknown[]][] = [
    ["bool", [0, 1, null, "true"]],
    ["int8", [128, -129, 1.5, NaN, "1", null, undefined, 1n]],
    ["int16", [0x8000, -0x8001]],
    ["uint16", [-1, 0x10000]],
    ["int32", [2 ** 31, -(2 ** 31) - 1]],
    ["uint32", [-1, 2 ** 32]],
    ["int64", [2 ** 53, -(2 ** 53), 2 ** 64, 0.5, Infinity]],
    ["float64", ["1", null]],
    ["uuid", ["", "AAAA", null, "A".repeat(23)]],
    ["string", [5, null, "x".repeat(0x8000), "é".repeat(16_384)]],
    ["bytes", ["text", null, [1], { size: -1 }, { size: 2 ** 31 }, {}]],
  ];
  for (const [type, values] of bad) {
    const codec = primitiveCodec("M.f", type, { isFlexible: true, isNullable: false });
    for (const value of values) assertThrows(() => codec.size(value), ProtocolError, "M.f");
  }
});

Deno.test("a null where none may be, and a text that is too long, are refused when read", () => {
  const read = (type: PrimitiveType, isFlexible: boolean, hex: string) => {
    const bytes = Uint8Array.fromHex(hex);
    const codec = primitiveCodec("M.f", type, { isFlexible, isNullable: false });
    return codec.read(new MessageSource(bytes, 0, bytes.length));
  };
  for (const [isFlexible, hex] of [[false, "ffff"], [false, "8000"], [true, "00"]] as const) {
    assertThrows(() => read("string", isFlexible, hex), ProtocolError, "non-nullable field M.f");
  }
  assertThrows(() => read("bytes", false, "ffffffff"), ProtocolError, "non-nullable field M.f");
  assertThrows(() => read("string", true, "818002"), ProtocolError, "invalid length 32768");
  assertThrows(() => read("string", true, "ffffffff0f"), ProtocolError, "invalid length");
  assertThrows(() => read("bytes", true, "ffffffff0f"), ProtocolError, "left: 0");
  assertThrows(() => read("bytes", false, "7fffffff"), ProtocolError, "left: 0");
});

Deno.test("each type takes at least its minimal size", () => {
  const sizes = (isFlexible: boolean) =>
    (["bool", "int64", "uuid", "string", "bytes"] as const).map((type) =>
      primitiveCodec("M.f", type, { isFlexible, isNullable: false }).minimalSize
    );
  assertEquals([sizes(false), sizes(true)], [[1, 8, 16, 2, 4], [1, 8, 16, 1, 1]]);
});

Deno.test("a value of the wrong type is told with its field", () => {
  assertThrows(() => mismatch("M.f", "int8", 300), ProtocolError, "M.f is no int8: 300");
});
