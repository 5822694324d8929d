import { assertEquals } from "@std/assert";
import { remoteLogMetadataParser } from "../../../../storage/cli/decoders/remote_log_metadata_decoder.ts";
import { oneRecord } from "../cli_support.ts";

const TOPIC = "04666f6f" + "01".repeat(16) + "00000000" + "00";
const SEGMENT = TOPIC + "02".repeat(16) + "00";
const TOPIC_TEXT = "AQEBAQEBAQEBAQEBAQEBAQ:foo-0";
const SEGMENT_TEXT =
  `RemoteLogSegmentId{topicIdPartition=${TOPIC_TEXT}, id=AgICAgICAgICAgICAgICAg}`;
const long = (n: number) => n.toString(16).padStart(16, "0");
const int = (n: number) => n.toString(16).padStart(8, "0");

function value(hex: string | null): string | undefined {
  const bytes = hex === null ? null : Uint8Array.fromHex(hex);
  return remoteLogMetadataParser().parse(oneRecord(null, bytes)).value;
}

Deno.test("the deletion of a partition", () => {
  assertEquals(
    value("010200" + TOPIC + int(0) + long(0) + "0000"),
    `RemotePartitionDeleteMetadata{topicPartition=${TOPIC_TEXT}, state=DELETE_PARTITION_MARKED, ` +
      "eventTimestampMs=0, brokerId=0}",
  );
});

Deno.test("the update of a segment", () => {
  assertEquals(
    value("010100" + SEGMENT + int(7) + long(5) + "0500010203" + "01" + "00"),
    `RemoteLogSegmentMetadataUpdate{remoteLogSegmentId=${SEGMENT_TEXT}, ` +
      "customMetadata=Optional[CustomMetadata{4 bytes}], state=COPY_SEGMENT_FINISHED, " +
      "eventTimestampMs=5, brokerId=7}",
  );
});

Deno.test("a segment, its leader epochs in order", () => {
  const epochs = "03" + int(4) + long(9) + "00" + int(2) + long(0) + "00";
  assertEquals(
    value(
      "010000" + SEGMENT + long(0) + long(100) + int(1) + long(3) + long(4) + epochs + int(1024) +
        "00" + "00" + "0100" + "0101",
    ),
    `RemoteLogSegmentMetadata{remoteLogSegmentId=${SEGMENT_TEXT}, startOffset=0, endOffset=100, ` +
      "brokerId=1, maxTimestampMs=3, eventTimestampMs=4, segmentLeaderEpochs={2=0, 4=9}, " +
      "segmentSizeInBytes=1024, customMetadata=Optional.empty, state=COPY_SEGMENT_STARTED, txnIdxEmpty=true}",
  );
});

Deno.test("what cannot be is skipped with Kafka's reason", () => {
  const error = "Error at offset 0, skipping. ";
  assertEquals(value("010200" + TOPIC + int(0) + long(0) + "0900"), `${error}null`);
  assertEquals(
    value("010100" + SEGMENT + int(7) + long(5) + "00" + "09" + "00"),
    `${error}state can not be null`,
  );
  assertEquals(
    value("636f7272757074"),
    `${error}Could not deserialize metadata record due to unknown frame version 99` +
      "(only frame version 1 is supported)",
  );
  assertEquals(
    value(null)?.startsWith(`${error}Cannot invoke "java.nio.ByteBuffer.remaining()"`),
    true,
  );
});
