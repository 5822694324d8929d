import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import { toJsonText } from "../../../../storage/cli/decoders/json_text.ts";
import {
  type MessageSchema,
  parseSchemas,
  type SchemaSource,
} from "../../../../storage/message/message_schema.ts";
import { MessageReader } from "../../../../storage/cli/decoders/message_reader.ts";
import { messageToJson, readMessage } from "../../../../storage/cli/decoders/message_value.ts";
import { clusterMetadataSchemas } from "../../../../storage/message/schemas/cluster_metadata.ts";
import { consumerProtocolSchemas } from "../../../../storage/message/schemas/consumer_protocol.ts";
import { controlRecordSchemas } from "../../../../storage/message/schemas/control_records.ts";
import { groupCoordinatorSchemas } from "../../../../storage/message/schemas/group_coordinator.ts";
import { remoteLogMetadataSchemas } from "../../../../storage/message/schemas/remote_log_metadata.ts";
import { shareCoordinatorSchemas } from "../../../../storage/message/schemas/share_coordinator.ts";
import { transactionCoordinatorSchemas } from "../../../../storage/message/schemas/transaction_coordinator.ts";
import { arbitraryMessage, seededRandom } from "./message_writer.ts";

const SOURCES: readonly SchemaSource[] = [
  clusterMetadataSchemas,
  consumerProtocolSchemas,
  controlRecordSchemas,
  groupCoordinatorSchemas,
  remoteLogMetadataSchemas,
  shareCoordinatorSchemas,
  transactionCoordinatorSchemas,
];

function schema(text: string): MessageSchema {
  return parseSchemas(`@M - 0-2 flexible 1+\n${text}`)[0]!;
}

function json(schema: MessageSchema, hex: string, version: number, written = version): string {
  const message = readMessage(schema, new MessageReader(Uint8Array.fromHex(hex)), version);
  return toJsonText(messageToJson(schema, message, written));
}

function failure(schema: MessageSchema, hex: string, version: number): string {
  return assertThrows(() => json(schema, hex, version), CorruptRecordError).message;
}

Deno.test("every version of every schema reads to the end what was written by it", () => {
  const random = seededRandom(11);
  for (const source of SOURCES) {
    for (const schema of source()) {
      for (let v = schema.validVersions.lowest; v <= schema.validVersions.highest; v++) {
        for (let round = 0; round < 10; round++) {
          const reader = new MessageReader(arbitraryMessage(schema, v, random));
          const message = readMessage(schema, reader, v);
          assertEquals(reader.remaining, 0, `${schema.name} ${v}`);
          JSON.parse(toJsonText(messageToJson(schema, message, v)));
        }
      }
    }
  }
});

Deno.test("any bytes decode or are refused", () => {
  const random = seededRandom(12);
  for (const source of SOURCES) {
    for (const schema of source()) {
      for (let round = 0; round < 50; round++) {
        const bytes = new Uint8Array(random() * 60).map(() => random() * 256);
        try {
          readMessage(schema, new MessageReader(bytes), Math.floor(random() * 6) - 1);
        } catch (error) {
          assert(error instanceof CorruptRecordError, `${error}`);
        }
      }
    }
  }
});

Deno.test("a tagged field is written in its place, but only with another value than its default", () => {
  const tagged = schema("a int8\nb int16 1+ #0 =5\nc int8");
  assertEquals(json(tagged, "0102", 0), `{"a":1,"c":2}`);
  assertEquals(json(tagged, "010200", 1), `{"a":1,"c":2}`);
  assertEquals(json(tagged, "01020100020007", 1), `{"a":1,"b":7,"c":2}`);
  assertEquals(json(tagged, "01020100020005", 1), `{"a":1,"c":2}`);
});

Deno.test("an unknown tag is passed over, one of another version refused", () => {
  const tagged = schema("a int8 2+ #0\nb int8");
  assertEquals(json(tagged, "0101090161", 1), `{"b":1}`);
  assertEquals(failure(tagged, "0101000161", 1), "Tag 0 is not valid for version 1");
});

Deno.test("lengths are int16, int32 or compact, and null is one of them", () => {
  const s = schema("s string ?0+\nb bytes ?0+\nn []int8 ?0+");
  assertEquals(json(s, "ffffffffffffffffffff", 0), `{"s":null,"b":null,"n":null}`);
  assertEquals(json(s, "000161000000020102" + "000000020304", 0), `{"s":"a","b":"AQI=","n":[3,4]}`);
  assertEquals(json(s, "02610301020303" + "0400", 1), `{"s":"a","b":"AQI=","n":[3,4]}`);
});

Deno.test("a nullable structure has a byte in front, or a varint when it is tagged", () => {
  const plain = schema("p P ?0+ =null\n  a int8");
  assertEquals(json(plain, "ff", 0), `{"p":null}`);
  assertEquals(json(plain, "0105", 0), `{"p":{"a":5}}`);
  const tagged = schema("p P 1+ ?1+ #0\n  a int8");
  assertEquals(json(tagged, "01000100", 1), `{"p":null}`);
  assertEquals(json(tagged, "010003010500", 1), `{"p":{"a":5}}`);
  assertEquals(json(tagged, "00", 1), `{}`);
});

Deno.test("64-bit integers are exact", () => {
  const s = schema("a int64");
  assertEquals(json(s, "7fffffffffffffff", 0), `{"a":9223372036854775807}`);
  assertEquals(json(s, "ffffffffffffffff", 0), `{"a":-1}`);
});

Deno.test("what was read as one version can be written as another", () => {
  const s = schema("a int8\nb uuid 2+");
  assertEquals(json(s, "01", 0, 2), `{"a":1,"b":"AAAAAAAAAAAAAAAAAAAAAA"}`);
});

Deno.test("errors have the text of Kafka's readers", () => {
  assertEquals(failure(schema("a int32"), "0000", 0), "null");
  assertEquals(
    failure(schema("s string"), "0005616200", 0),
    "Error reading byte array of 5 byte(s): only 3 byte(s) available",
  );
  assertEquals(
    failure(schema("s string"), "ffff", 0),
    "non-nullable field s was serialized as null",
  );
  assertEquals(
    failure(schema("s []string"), "00000001ffff", 0),
    "non-nullable field s element was serialized as null",
  );
  assertEquals(
    failure(schema("s string"), "818004", 1),
    "string field s had invalid length 65536",
  );
  assertEquals(
    failure(schema("n []int8"), "0000000900", 0),
    "Tried to allocate a collection of size 9, but there are only 1 bytes remaining.",
  );
  assertEquals(
    failure(schema("n []int8"), "8080808088", 1),
    "Varint is too long, the most significant bit in the 5th byte is set, converted value: 80000000",
  );
  assertEquals(failure(schema("p P\n  a int8"), "00", 3), "Can't read version 3 of P");
});
