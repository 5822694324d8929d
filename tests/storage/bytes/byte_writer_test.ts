import { assertEquals } from "@std/assert";
import { ByteReader } from "../../../storage/bytes/byte_reader.ts";
import { ByteWriter } from "../../../storage/bytes/byte_writer.ts";

Deno.test("what is written is read back, across growth", () => {
  const writer = new ByteWriter(16);
  for (let i = 0; i < 100; i++) {
    writer.writeInt8(-i);
    writer.writeInt16(-300 * i);
    writer.writeInt32(-70_000 * i);
    writer.writeInt64(-(2 ** 40) * i);
    writer.writeVarint(-i * 1000);
    writer.writeVarlong(i * 2 ** 45);
    writer.writeUnsignedVarint(4_000_000_000 + i);
    writer.writeBytes(new Uint8Array(i).fill(i));
  }
  const reader = new ByteReader(writer.bytes());
  for (let i = 0; i < 100; i++) {
    assertEquals(reader.readInt8(), 0 - i);
    assertEquals(reader.readInt16(), 0 - 300 * i);
    assertEquals(reader.readInt32(), 0 - 70_000 * i);
    assertEquals(reader.readInt64(), 0 - 2 ** 40 * i);
    assertEquals(reader.readVarint(), 0 - i * 1000);
    assertEquals(reader.readVarlong(), i * 2 ** 45);
    assertEquals(reader.readUnsignedVarint(), 4_000_000_000 + i);
    assertEquals(reader.readBytes(i), new Uint8Array(i).fill(i));
  }
  assertEquals(reader.remaining, 0);
});

Deno.test("setting the position back patches what is there, and reset starts over", () => {
  const writer = new ByteWriter();
  writer.writeInt32(0);
  writer.writeInt8(7);
  const end = writer.position;
  writer.position = 0;
  writer.writeInt32(0xdeadbeef);
  writer.position = end;
  assertEquals([...writer.bytes()], [0xde, 0xad, 0xbe, 0xef, 7]);
  writer.reset();
  assertEquals(writer.bytes().length, 0);
});
