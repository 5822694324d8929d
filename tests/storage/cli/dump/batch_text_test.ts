import { assertEquals, assertThrows } from "@std/assert";
import { batchLine, recordMetadataText } from "../../../../storage/cli/dump/batch_text.ts";
import { ToolFailure } from "../../../../storage/cli/tool.ts";
import { LegacyRecordBatch } from "../../../../storage/record/legacy_record_batch.ts";
import { RecordBatch } from "../../../../storage/record/record_batch.ts";
import { textBatch, utf8 } from "../cli_support.ts";
import { legacyMessage } from "../legacy_message.ts";

Deno.test("a batch's line is its header, and whether the checksum is right", () => {
  const bytes = textBatch(7, ["a", "b"], {
    producerId: 5,
    producerEpoch: 1,
    baseSequence: 2147483647,
    partitionLeaderEpoch: 3,
    isTransactional: true,
    deleteHorizonMs: 900,
  });
  const crc = new DataView(bytes.buffer).getUint32(17);
  assertEquals(
    batchLine(new RecordBatch(bytes), 123),
    "baseOffset: 7 lastOffset: 8 count: 2 baseSequence: 2147483647 lastSequence: 0 producerId: 5 " +
      "producerEpoch: 1 partitionLeaderEpoch: 3 isTransactional: true isControl: false " +
      "deleteHorizonMs: OptionalLong[900] position: 123 CreateTime: 1001 " +
      `size: ${bytes.length} magic: 2 compresscodec: none crc: ${crc} isvalid: true`,
  );
});

Deno.test("garbage in 64-bit fields prints in full", () => {
  const bytes = textBatch(0, ["a"]);
  bytes.set([0x7f, 255, 255, 255, 255, 255, 255, 255], 0);
  bytes.set([0x80, 0, 0, 0, 0, 0, 0, 1], 43);
  const line = batchLine(new RecordBatch(bytes), 0);
  assertEquals(line.slice(0, 31), "baseOffset: 9223372036854775807");
  assertEquals(/producerId: (\S+)/.exec(line)?.[1], "-9223372036854775807");
  assertEquals(line.endsWith("isvalid: false"), true);
});

Deno.test("a codec that there is not, and a header that is cut off, end the tool", () => {
  const bytes = textBatch(0, ["a"]);
  bytes[22] = 6;
  assertThrows(
    () => batchLine(new RecordBatch(bytes), 0),
    ToolFailure,
    "Unknown compression type id: 6",
  );
  assertThrows(
    () => batchLine(new RecordBatch(textBatch(0, ["a"]).slice(0, 40)), 9),
    ToolFailure,
    "Failed to load record batch at position 9",
  );
});

Deno.test("old messages have lines without what they lack", () => {
  const bytes = legacyMessage({ magic: 0, offset: 0, key: utf8("a"), value: utf8("b") });
  const batch = new LegacyRecordBatch(bytes);
  assertEquals(
    batchLine(batch, 0),
    "offset: 0 position: 0 NoTimestampType: -1 size: 28 magic: 0 compresscodec: none crc: 2762809361 isvalid: true",
  );
  assertEquals(
    recordMetadataText(batch, [...batch.records()][0]!),
    "| offset: 0 NoTimestampType: -1 keySize: 1 valueSize: 1 isValid: true crc: 2762809361",
  );
});

Deno.test("a record's line has its sequence and the names of its headers", () => {
  const batch = new RecordBatch(
    textBatch(4, ["a"], { producerId: 1, producerEpoch: 0, baseSequence: 9 }),
  );
  assertEquals(
    recordMetadataText(batch, [...batch.records()][0]!),
    "| offset: 4 CreateTime: 1000 keySize: 2 valueSize: 1 sequence: 9 headerKeys: []",
  );
});
