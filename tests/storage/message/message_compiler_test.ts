import { assertEquals, assertThrows } from "@std/assert";
import { compileStruct } from "../../../storage/message/message_compiler.ts";
import { parseSchemas } from "../../../storage/message/message_schema.ts";
import { MessageSink } from "../../../storage/message/message_sink.ts";
import { MessageSource } from "../../../storage/message/message_source.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";

const [schema] = parseSchemas(`
@S - 0-1 flexible 1+
a int16
b []int8 1+ ?1+
inner Inner
  c bool
`);

Deno.test("a compiled structure knows the least that it takes", () => {
  assertEquals(compileStruct("S", schema!.fields, 0, false).minimalSize, 3);
  assertEquals(compileStruct("S", schema!.fields, 1, true).minimalSize, 2 + 1 + 1 + 1 + 1);
});

Deno.test("fields stand in the schema's order, whether the version has them or not", () => {
  for (const [version, text] of [[0, "000501"], [1, "0005" + "00" + "01" + "00" + "00"]] as const) {
    const codec = compileStruct("S", schema!.fields, version, version > 0);
    const value = { inner: { c: true }, a: 5, ...(version > 0 ? { b: null } : {}) };
    const bytes = new Uint8Array(codec.size(value));
    codec.write(new MessageSink(bytes, 0), value);
    assertEquals(bytes.toHex(), text);
    const read = codec.read(new MessageSource(bytes, 0, bytes.length));
    assertEquals(Object.keys(read as Record<string, unknown>), ["a", "b", "inner"]);
  }
});

Deno.test("what is no structure, and values of wrong types, are refused with the path of the field", () => {
  const codec = compileStruct("S", schema!.fields, 1, true);
  for (const value of [null, 5, "text"]) assertThrows(() => codec.size(value), ProtocolError, "S");
  assertThrows(() => codec.size({ inner: null }), ProtocolError, "S.inner");
  assertThrows(() => codec.size({ inner: { c: 1 } }), ProtocolError, "S.inner.c");
  assertThrows(() => codec.size({ b: [1, 300] }), ProtocolError, "S.b");
  assertThrows(() => codec.size({ b: "12" }), ProtocolError, "S.b");
});

Deno.test("versions that are not flexible have no room for tagged fields", () => {
  const codec = compileStruct("S", schema!.fields, 0, false);
  const unknownTaggedFields = [{ tag: 1, data: new Uint8Array(1) }];
  assertThrows(() => codec.size({ unknownTaggedFields }), ProtocolError, "tagged");
});
