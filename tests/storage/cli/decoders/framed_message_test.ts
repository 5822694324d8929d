import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import { readFramedMessage } from "../../../../storage/cli/decoders/framed_message.ts";
import { parseSchemas } from "../../../../storage/message/message_schema.ts";

const SCHEMAS = parseSchemas("@A 3 0-1 flexible none\nx int8");

function failure(hex: string | null): string {
  const bytes = hex === null ? null : Uint8Array.fromHex(hex);
  return assertThrows(() => readFramedMessage(bytes, SCHEMAS), CorruptRecordError).message;
}

Deno.test("a frame says which message of which version follows", () => {
  const { schema, version, message } = readFramedMessage(Uint8Array.fromHex("01030107"), SCHEMAS);
  assertEquals([schema.name, version, message.x], ["A", 1, 7]);
});

Deno.test("a frame that is none is refused in Kafka's words", () => {
  assertEquals(failure(null), "Error while reading frame version");
  assertEquals(failure("01"), "Error while reading type");
  assertEquals(
    failure("00")?.slice(0, 63),
    "Could not deserialize metadata record with frame version 0. Not",
  );
  assertEquals(
    failure("63"),
    "Could not deserialize metadata record due to unknown frame version 99(only frame version 1 is supported)",
  );
  assertEquals(failure("01808004"), "Value for type was too large.");
  assertEquals(
    failure("010900"),
    "org.apache.kafka.common.errors.UnsupportedVersionException: Unknown metadata id 9",
  );
  assertEquals(failure("010300"), "Failed to deserialize record with type 3");
  assertEquals(failure("0103000700"), "Found 1 byte(s) of garbage after 3");
});
