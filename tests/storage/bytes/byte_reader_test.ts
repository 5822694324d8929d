import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, readInt64 } from "../../../storage/bytes/byte_reader.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";

Deno.test("numbers are read big-endian, signed and unsigned", () => {
  const reader = new ByteReader(
    Uint8Array.of(
      0xff,
      0xff,
      0xfe,
      0xff,
      0xfe,
      0x80,
      0,
      0,
      1,
      0x80,
      0,
      0,
      1,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      2,
    ),
  );
  assertEquals(reader.readInt8(), -1);
  assertEquals(reader.readInt16(), -2);
  assertEquals(reader.readUint16(), 0xfffe);
  assertEquals(reader.readInt32(), -0x7fff_ffff);
  assertEquals(reader.readUint32(), 0x8000_0001);
  assertEquals(reader.readInt64(), 0x1_0000_0002);
  assertEquals(reader.remaining, 0);
});

Deno.test("an int64 beyond the safe integers is corrupt", () => {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  for (const safe of [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    view.setBigInt64(0, BigInt(safe));
    assertEquals(readInt64(bytes, 0), safe);
  }
  for (const unsafe of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
    view.setBigInt64(0, unsafe);
    assertThrows(() => readInt64(bytes, 0), CorruptRecordError, "safe integer");
  }
});

Deno.test("a read past the limit is corrupt and does not move", () => {
  const reader = new ByteReader(new Uint8Array(8), 2, 4);
  assertThrows(() => reader.readInt32(), CorruptRecordError, "limit: 4");
  assertThrows(() => reader.readBytes(-1), CorruptRecordError);
  assertEquals(reader.position, 2);
  assertEquals(reader.readInt16(), 0);
  assertThrows(() => reader.readInt8(), CorruptRecordError);
  assertThrows(() => reader.readVarint(), CorruptRecordError);
});

Deno.test("bytes are read as a view", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const view = new ByteReader(bytes, 1).readBytes(2);
  bytes[1] = 9;
  assertEquals([...view], [9, 3]);
});
