import { assertEquals, assertThrows } from "@std/assert";
import {
  CoordinatorRecordDecoder,
  UnknownRecordTypeError,
} from "../../../../storage/cli/decoders/coordinator_record.ts";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import { groupCoordinatorSchemas } from "../../../../storage/message/schemas/group_coordinator.ts";

const decoder = new CoordinatorRecordDecoder(groupCoordinatorSchemas());
const bytes = (hex: string) => Uint8Array.fromHex(hex);
const KEY = bytes("0003000167");

Deno.test("a key has its type in front, a value its version, and no value deletes", () => {
  const key = { groupId: "g" };
  assertEquals(decoder.decode(KEY, bytes("00000000000a00")), {
    type: 3,
    key,
    value: { version: 0, data: { epoch: 10 } },
  });
  assertEquals(decoder.decode(KEY, null), { type: 3, key, value: null });
});

Deno.test("values become JSON as whoever asks wants it", () => {
  const own = new CoordinatorRecordDecoder(
    groupCoordinatorSchemas(),
    ({ name }, { epoch }, version) => [name, epoch!, version],
  );
  const { value } = own.decode(KEY, bytes("00000000000a00"));
  assertEquals(value!.data, ["ConsumerGroupMetadataValue", 10, 0]);
});

Deno.test("what cannot be read is an error in Kafka's words", () => {
  const unknown = assertThrows(() => decoder.decode(bytes("7fff"), null), UnknownRecordTypeError);
  assertEquals(unknown.type, 32767);
  const cases: readonly (readonly [string, string, string])[] = [
    ["00", "", "Could not read version from key's buffer."],
    ["0003000167", "00", "Could not read version from value's buffer."],
    ["0003000167", "0009", "Found an unknown record version 9 for 3 type"],
    ["000300ff", "", "Could not read record with version 3 from key's buffer due to: "],
  ];
  for (const [key, value, text] of cases) {
    assertThrows(() => decoder.decode(bytes(key), bytes(value)), CorruptRecordError, text);
  }
});
