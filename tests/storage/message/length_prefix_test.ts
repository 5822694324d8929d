import { assertEquals, assertThrows } from "@std/assert";
import {
  readLength,
  refuseNull,
  sizeOfLength,
  writeLength,
} from "../../../storage/message/length_prefix.ts";
import { MessageSink } from "../../../storage/message/message_sink.ts";
import { MessageSource } from "../../../storage/message/message_source.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";

Deno.test("lengths have 2 bytes, 4 bytes, or are varints of one more", () => {
  const forms = [
    [false, "string", 2, "0005"],
    [false, "other", 4, "00000005"],
    [true, "string", 1, "06"],
    [true, "other", 1, "06"],
  ] as const;
  for (const [isFlexible, kind, size, hex] of forms) {
    assertEquals(sizeOfLength(5, isFlexible, kind), size);
    const bytes = new Uint8Array(size);
    writeLength(new MessageSink(bytes, 0), 5, isFlexible, kind);
    assertEquals(bytes.toHex(), hex);
    for (const length of [-1, 0, 126, 127, 0x7fff]) {
      const bytes = new Uint8Array(sizeOfLength(length, isFlexible, kind));
      writeLength(new MessageSink(bytes, 0), length, isFlexible, kind);
      assertEquals(readLength(new MessageSource(bytes, 0, bytes.length), isFlexible, kind), length);
    }
  }
});

Deno.test("a null is refused with the field's name", () => {
  assertThrows(() => refuseNull("M.f"), ProtocolError, "non-nullable field M.f");
});
