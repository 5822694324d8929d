import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import { MessageReader } from "../../../../storage/cli/decoders/message_reader.ts";

function reader(hex: string): MessageReader {
  return new MessageReader(Uint8Array.fromHex(hex));
}

Deno.test("primitives are read one behind the other", () => {
  const from = reader(
    "ff" + "fffe" + "fffe" + "fffffffd" + "fffffffd" + "3ff0000000000000" + "0102",
  );
  assertEquals([from.readInt8(), from.readInt16(), from.readUint16()], [-1, -2, 65534]);
  assertEquals([from.readInt32(), from.readUint32(), from.readFloat64()], [-3, 4294967293, 1]);
  assertEquals([from.remaining, [...from.readArray(2)], from.remaining], [2, [1, 2], 0]);
  assertEquals(reader("00112233445566778899aabbccddeeff").readUuid(), "ABEiM0RVZneImaq7zN3u_w");
});

Deno.test("64-bit integers are numbers where that is exact", () => {
  assertEquals(reader("001fffffffffffff").readInt64(), Number.MAX_SAFE_INTEGER);
  assertEquals(reader("0020000000000001").readInt64(), 9007199254740993n);
});

Deno.test("varints have up to five bytes and become int32", () => {
  assertEquals(reader("00").readUnsignedVarint(), 0);
  assertEquals(reader("ac02").readUnsignedVarint(), 300);
  assertEquals(reader("ffffffff0f").readUnsignedVarint(), -1);
  assertThrows(
    () => reader("ffffffffff").readUnsignedVarint(),
    CorruptRecordError,
    "Varint is too long",
  );
  assertThrows(() => reader("80").readUnsignedVarint(), CorruptRecordError, "null");
});

Deno.test("reading past the end, or less than nothing, is refused", () => {
  assertThrows(() => reader("00").readInt16(), CorruptRecordError, "null");
  assertThrows(() => reader("00").readArray(2), CorruptRecordError, "only 1 byte(s) available");
  assertThrows(() => reader("00").readArray(-2), CorruptRecordError, "-2");
});
