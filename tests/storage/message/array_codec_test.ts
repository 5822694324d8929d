import { assertEquals, assertThrows } from "@std/assert";
import { arrayCodec } from "../../../storage/message/array_codec.ts";
import { MessageSink } from "../../../storage/message/message_sink.ts";
import { MessageSource } from "../../../storage/message/message_source.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { primitiveCodec, type ValueCodec } from "../../../storage/message/value_codec.ts";

const int32 = primitiveCodec("M.list", "int32", { isFlexible: false, isNullable: false });

function codec(isFlexible: boolean, isNullable = true, element: ValueCodec = int32): ValueCodec {
  return arrayCodec("M.list", element, { isFlexible, isNullable });
}

function read(from: ValueCodec, hex: string): unknown {
  const bytes = Uint8Array.fromHex(hex);
  return from.read(new MessageSource(bytes, 0, bytes.length));
}

Deno.test("a count, then the elements", () => {
  const forms: [boolean, unknown, string][] = [
    [false, [1, 2], "000000020000000100000002"],
    [true, [1], "0200000001"],
    [false, null, "ffffffff"],
    [true, null, "00"],
    [true, [], "01"],
  ];
  for (const [isFlexible, value, hex] of forms) {
    const array = codec(isFlexible);
    const bytes = new Uint8Array(array.size(value));
    array.write(new MessageSink(bytes, 0), value);
    assertEquals(bytes.toHex(), hex);
    assertEquals(read(array, hex), value);
  }
});

Deno.test("a count that the bytes cannot hold is refused before anything is made", () => {
  let elements = 0;
  const counting: ValueCodec = { ...int32, read: () => elements++ };
  for (const hex of ["7fffffff" + "00000000", "00000002" + "00000000000000"]) {
    assertThrows(() => read(codec(false, true, counting), hex), ProtocolError, "bytes remaining");
  }
  assertThrows(() => read(codec(true, true, counting), "ffffffff0f"), ProtocolError, "remaining");
  assertEquals(elements, 0);
});

Deno.test("elements of no bytes count as one byte each", () => {
  const nothing: ValueCodec = { read: () => 0, size: () => 0, write: () => {}, minimalSize: 0 };
  assertThrows(() => read(codec(false, true, nothing), "7fffffff"), ProtocolError, "2147483647");
});

Deno.test("what is no array, and a null where none may be, are refused", () => {
  for (const value of ["ab", {}, 5, undefined]) {
    assertThrows(() => codec(true).size(value), ProtocolError, "M.list is no array");
  }
  assertThrows(() => codec(true, false).size(null), ProtocolError, "M.list");
  assertThrows(() => read(codec(true, false), "00"), ProtocolError, "non-nullable field M.list");
});
