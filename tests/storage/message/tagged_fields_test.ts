import { assertEquals, assertThrows } from "@std/assert";
import { MessageSink } from "../../../storage/message/message_sink.ts";
import { MessageSource } from "../../../storage/message/message_source.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { TaggedFields } from "../../../storage/message/tagged_fields.ts";
import { primitiveCodec } from "../../../storage/message/value_codec.ts";

const rules = { isFlexible: true, isNullable: false };
const fields = new TaggedFields("M");
fields.add({
  name: "late",
  tag: 5,
  codec: primitiveCodec("M.late", "int16", rules),
  isDefault: (value) => value === 0,
});
fields.add({
  name: "early",
  tag: 1,
  codec: primitiveCodec("M.early", "string", rules),
  isDefault: (value) => value === "",
});

function written(struct: Record<string, unknown>): string {
  const bytes = new Uint8Array(fields.size(struct));
  const sink = new MessageSink(bytes, 0);
  fields.write(sink, struct);
  assertEquals(sink.at, bytes.length);
  return bytes.toHex();
}

function read(hex: string): Record<string, unknown> {
  const bytes = Uint8Array.fromHex(hex);
  const struct = {};
  fields.read(new MessageSource(bytes, 0, bytes.length), struct);
  return struct;
}

Deno.test("defaults are not written", () => {
  assertEquals(written({}), "00");
  assertEquals(written({ late: 0, early: "" }), "00");
});

Deno.test("fields are written by tag, known and unknown ones", () => {
  const struct = {
    late: 3,
    early: "a",
    unknownTaggedFields: [
      { tag: 0, data: new Uint8Array(0) },
      { tag: 3, data: Uint8Array.of(9) },
      { tag: 300, data: Uint8Array.of(8, 7) },
    ],
  };
  const hex = "05" + "0000" + "01020261" + "030109" + "05020003" + "ac02020807";
  assertEquals(written(struct), hex);
  assertEquals(read(hex), struct);
});

Deno.test("tags out of order or twice, and sizes that are not the value's, are refused", () => {
  assertThrows(() => read("02" + "05020003" + "01020261"), ProtocolError, "out of order: 5, 1");
  assertThrows(() => read("02" + "05020003" + "05020003"), ProtocolError, "out of order");
  assertThrows(() => read("01" + "0503000300"), ProtocolError, "takes 2 bytes");
  assertThrows(() => read("01" + "05010003"), ProtocolError, "takes 2 bytes");
  assertThrows(() => read("ffffffff0f"), ProtocolError);
  assertThrows(() => read("01" + "07ffffffff0f"), ProtocolError);
});

Deno.test("unknown fields with the tag of a known one, or out of order, are not written", () => {
  const data = new Uint8Array(1);
  for (const tags of [[5], [3, 2], [7, 7]]) {
    const unknownTaggedFields = tags.map((tag) => ({ tag, data }));
    assertThrows(() => fields.size({ unknownTaggedFields }), ProtocolError, "tag");
  }
});
