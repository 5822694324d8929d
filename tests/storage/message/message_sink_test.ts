import { assertEquals } from "@std/assert";
import { MessageSink, utf8Length } from "../../../storage/message/message_sink.ts";
import { MessageSource } from "../../../storage/message/message_source.ts";

Deno.test("what is written is read again", () => {
  const bytes = new Uint8Array(80);
  const sink = new MessageSink(bytes, 0);
  sink.int8(-1);
  sink.int16(-2);
  sink.int32(-3);
  for (const value of [-4, 2 ** 53 - 1, 2 ** 63, -(2 ** 63)]) sink.int64(value);
  sink.float64(1.5);
  sink.unsignedVarint(300);
  sink.uuid("AQIDBAUGBwgJCgsMDQ4PEA");
  sink.text("ab", 2);
  sink.raw(Uint8Array.of(7, 8));
  const source = new MessageSource(bytes, 0, sink.at);
  assertEquals([source.int8(), source.int16(), source.int32()], [-1, -2, -3]);
  assertEquals([1, 2, 3, 4].map(() => source.int64()), [-4, 2 ** 53 - 1, 2 ** 63, -(2 ** 63)]);
  assertEquals([source.float64(), source.unsignedVarint()], [1.5, 300]);
  assertEquals(source.uuid(), "AQIDBAUGBwgJCgsMDQ4PEA");
  assertEquals([source.text(2), source.view(2)], ["ab", Uint8Array.of(7, 8)]);
  assertEquals(source.remaining, 0);
});

Deno.test("a text takes as many bytes as its length says", () => {
  const texts = [
    "",
    "abc",
    "é",
    "日本",
    "🦆",
    "\ud800",
    "\udc00a",
    "\ud800\ud800",
    "x".repeat(500),
  ];
  for (const text of texts) {
    const expected = new TextEncoder().encode(text);
    assertEquals(utf8Length(text), expected.length, JSON.stringify(text));
    const bytes = new Uint8Array(expected.length + 4);
    const sink = new MessageSink(bytes, 2);
    sink.text(text, expected.length);
    assertEquals(sink.at, 2 + expected.length);
    assertEquals(bytes.subarray(2, sink.at), expected);
  }
});
