import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  metadataMessage,
  type MetadataRecord,
  metadataRecord,
  type MetadataRecordType,
} from "../../../cluster/controller/metadata_records.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { clusterMetadataSchemas } from "../../../storage/message/schemas/cluster_metadata.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { randomMessage, versionsOf } from "../../support/random_messages.ts";

Deno.test("a record stands in a frame of frame version, type and version", () => {
  const record = metadataRecord("TopicRecord", 0, {
    name: "t",
    topicId: "AAAAAAAAAAAAAAAAAAAAAQ",
  });
  const bytes = encodeMetadataRecord(record);
  assertEquals(bytes.toHex(), "01" + "02" + "00" + "0274" + "0".repeat(31) + "1" + "00");
  assertEquals(decodeMetadataRecord(bytes), record);
});

Deno.test("random records of every type and version come back as they went", () => {
  const random = new SeededRandom(6);
  for (const schema of clusterMetadataSchemas()) {
    const type = schema.name as MetadataRecordType;
    assertEquals(metadataMessage(type).schema, schema);
    for (const version of versionsOf(schema)) {
      for (let i = 0; i < 10; i++) {
        const data = randomMessage(random, schema, version, { hasUnknownTaggedFields: true });
        const record = { type, version, data } as unknown as MetadataRecord;
        assertEquals(decodeMetadataRecord(encodeMetadataRecord(record)), record, type);
      }
    }
  }
});

Deno.test("a record is made whole of a draft", () => {
  const record = metadataRecord("PartitionChangeRecord", 2, { partitionId: 1, leader: 3 });
  assertEquals(record, {
    type: "PartitionChangeRecord",
    version: 2,
    data: {
      partitionId: 1,
      topicId: "AAAAAAAAAAAAAAAAAAAAAA",
      isr: null,
      leader: 3,
      replicas: null,
      removingReplicas: null,
      addingReplicas: null,
      leaderRecoveryState: -1,
      directories: null,
      eligibleLeaderReplicas: null,
      lastKnownElr: null,
    },
  });
});

Deno.test("a version with no room for what is in the record is refused", () => {
  const record = metadataRecord("PartitionRecord", 0, { directories: ["AAAAAAAAAAAAAAAAAAAAAQ"] });
  assertThrows(() => encodeMetadataRecord(record), ProtocolError, "directories");
});

Deno.test("frames of other versions, unknown types and versions, and bytes behind a record are refused", () => {
  const bad = {
    "": "ends too early",
    "000200": "unknown frame version: 0",
    "02": "unknown frame version: 2",
    "01ffff03": "Unknown type of metadata record: 65535",
    "010205": "TopicRecord has no version: 5",
    "01140000ff": "ends 1 bytes before",
    "0114": "ends too early",
  };
  for (const [hex, message] of Object.entries(bad)) {
    assertThrows(() => decodeMetadataRecord(Uint8Array.fromHex(hex)), ProtocolError, message);
  }
});
