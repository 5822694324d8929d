import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { CorruptRecordError, OffsetOutOfRangeError } from "../../../storage/errors.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { batchAt, batchesIn } from "../../../storage/record/memory_records.ts";
import { BATCH_FIELD } from "../../../storage/record/record_batch.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  appendAll,
  batchOf,
  batchOfSize,
  contentOf,
  openLog,
  pathOf,
  writeWholeFile,
} from "../../support/partition_log.ts";

const END = { maxBytes: 1 << 20, isolation: "log_end" } as const;

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assertInstanceOf(error, OffsetOutOfRangeError);
    return error.message;
  }
  throw new Error("nothing was thrown");
}

Deno.test("a read begins with the batch that holds the offset", () => {
  const log = openLog(manualEnv());
  appendAll(log, [["a", "b"], ["c", "d", "e"], ["f"]]);
  assertEquals(batchAt(log.read(3, END).bytes(), 0).baseOffset, 2);
  assertEquals([...batchesIn(log.read(1, END).bytes())].map((batch) => batch.baseOffset), [
    0,
    2,
    5,
  ]);
});

Deno.test("a read at the log end is empty", () => {
  const log = openLog(manualEnv());
  appendAll(log, [["a"]]);
  const data = log.read(1, END);
  assertEquals([data.size, data.bytes().length, data.fetchOffset.messageOffset], [0, 0, 1]);
});

Deno.test("reads below the log start or above the log end are refused in Kafka's words", () => {
  const log = openLog(manualEnv());
  appendAll(log, [["a"], ["b"], ["c"]]);
  log.updateHighWatermark(3);
  log.maybeIncrementLogStartOffset(1);
  assertEquals(
    messageOf(() => log.read(0, END)),
    "Received request for offset 0 for partition events-0, but we only have log segments starting from offset: 1.",
  );
  assertEquals(
    messageOf(() => log.read(4, END)),
    "Received request for offset 4 for partition events-0, but we only have log segments upto 3.",
  );
  for (const isolation of ["log_end", "high_watermark", "txn_committed"] as const) {
    assertThrows(() => log.read(4, { maxBytes: 1, isolation }), OffsetOutOfRangeError);
  }
});

Deno.test("an empty log that starts above 0 has its start as its end", () => {
  const log = openLog(manualEnv(), {}, { logStartOffset: 1024 });
  assertEquals(log.read(1024, END).size, 0);
  assertThrows(() => log.read(1023, END), OffsetOutOfRangeError);
  assertThrows(() => log.read(1025, END), OffsetOutOfRangeError);
});

Deno.test("the first batch comes whole even beyond the size limit, unless that is turned off", () => {
  const log = openLog(manualEnv());
  log.appendAsLeader(batchOfSize(500), 0);
  log.appendAsLeader(batchOfSize(100), 0);
  const whole = log.read(0, { maxBytes: 1, isolation: "log_end" });
  assertEquals([whole.firstEntryIncomplete, batchAt(whole.bytes(), 0).sizeInBytes], [
    false,
    whole.size,
  ]);
  const cut = log.read(0, { maxBytes: 30, isolation: "log_end", minOneMessage: false });
  assertEquals([cut.size, cut.firstEntryIncomplete], [30, true]);
  assertEquals(log.read(0, { maxBytes: 0, isolation: "log_end", minOneMessage: false }).size, 0);
});

Deno.test("a read is at most as long as asked for", () => {
  const log = openLog(manualEnv());
  for (let i = 0; i < 10; i++) log.appendAsLeader(batchOfSize(100), 0);
  assertEquals(log.read(0, { maxBytes: 350, isolation: "log_end" }).size, 350);
});

Deno.test("reads go on in the next segment, one segment at a time", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "200" });
  for (let i = 0; i < 20; i++) log.appendAsLeader(batchOfSize(100), 0);
  assertEquals(log.segments.numberOfSegments, 10);
  assertEquals(contentOf(log).length, 20);
  for (let offset = 0; offset < 20; offset++) {
    const batch = batchAt(log.read(offset, { maxBytes: 1, isolation: "log_end" }).bytes(), 0);
    assertEquals([batch.baseOffset, batch.lastOffset], [offset, offset]);
  }
});

Deno.test("a read in a gap gives what follows it", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "150" });
  const offsets = [1, 5, 9, 100, 101];
  for (const baseOffset of offsets) {
    log.appendAsFollower(batchOf([`v${baseOffset}`], { baseOffset, partitionLeaderEpoch: 0 }), 0);
  }
  for (let offset = 0; offset <= 101; offset++) {
    const expected = offsets.find((each) => each >= offset);
    assertEquals(batchAt(log.read(offset, END).bytes(), 0).baseOffset, expected);
  }
});

Deno.test("a read behind the last record of a segment that lost its tail gives the next one", () => {
  const log = openLog(manualEnv());
  log.appendAsFollower(batchOf(["a"], { baseOffset: 0, partitionLeaderEpoch: 0 }), 0);
  log.roll(50);
  log.appendAsFollower(batchOf(["b"], { baseOffset: 60, partitionLeaderEpoch: 0 }), 0);
  assertEquals(log.segments.baseOffsets, [0, 50]);
  assertEquals(batchAt(log.read(20, END).bytes(), 0).baseOffset, 60);
});

Deno.test("a read in range with nothing left to read is empty and points at the end", () => {
  const log = openLog(manualEnv());
  log.appendAsFollower(batchOf(["a"], { baseOffset: 0, partitionLeaderEpoch: 0 }), 0);
  log.roll(50);
  log.updateHighWatermark(1);
  const data = log.read(1, { maxBytes: 100, isolation: "log_end" });
  assertEquals(data.size, 0);
});

Deno.test("a consumer sees nothing at or above the high watermark", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "250" });
  for (let i = 0; i < 10; i++) log.appendAsLeader(batchOfSize(100), 0);
  for (let highWatermark = 0; highWatermark <= 10; highWatermark++) {
    log.updateHighWatermark(highWatermark);
    for (let offset = 0; offset <= 10; offset++) {
      const data = log.read(offset, { maxBytes: 1 << 20, isolation: "high_watermark" });
      const batches = [...batchesIn(data.bytes())];
      if (offset >= highWatermark) assertEquals(batches.length, 0);
      else {
        assertEquals(batches[0]!.baseOffset, offset);
        assertEquals(batches.every((batch) => batch.lastOffset < highWatermark), true);
      }
    }
  }
});

Deno.test("the high watermark is not passed while segments roll at every append", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "100" });
  for (let i = 0; i < 50; i++) {
    log.appendAsLeader(batchOfSize(90), 0);
    if (i % 3 === 0) log.updateHighWatermark(i - 1);
    let offset = log.logStartOffset;
    while (offset < log.highWatermark) {
      const batches = [
        ...batchesIn(log.read(offset, { maxBytes: 1000, isolation: "high_watermark" }).bytes()),
      ];
      assertEquals(batches.length, 1);
      offset = batches[0]!.nextOffset;
    }
    assertEquals(offset, Math.max(log.highWatermark, 0));
    assertEquals(log.read(offset, { maxBytes: 1000, isolation: "high_watermark" }).size, 0);
  }
});

Deno.test("compressed batches are handed on as they are", () => {
  const log = openLog(manualEnv());
  log.appendAsLeader(batchOf(["hello", "there"], { compression: { type: "gzip" } }), 0);
  log.appendAsLeader(batchOf(["alpha", "beta"], { compression: { type: "gzip" } }), 0);
  const batches = [...batchesIn(log.read(1, END).bytes())];
  assertEquals(batches.map((batch) => batch.compressionType), ["gzip", "gzip"]);
  assertEquals(contentOf(log), ["0=hello", "1=there", "2=alpha", "3=beta"]);
});

Deno.test("with verification a batch that lies about its offsets is not passed over", () => {
  const env = manualEnv();
  const log = openLog(env, { "seglog.verify.on.read": "true" });
  appendAll(log, [["a", "b", "c"], ["d"], ["e"]]);
  log.close();
  const bytes = readWholeFile(env.fileSystem, pathOf(0, "log"));
  bytes[BATCH_FIELD.lastOffsetDelta + 3] = 1; // 0 to 2 becomes 0 to 1
  writeWholeFile(env.fileSystem, pathOf(0, "log"), bytes);
  const trusting = openLog(env);
  assertEquals(batchAt(trusting.read(2, END).bytes(), 0).baseOffset, 3);
  trusting.closeHandlers();
  const verifying = openLog(env, { "seglog.verify.on.read": "true" });
  assertThrows(() => verifying.read(2, END), CorruptRecordError);
  assertEquals(batchAt(verifying.read(3, END).bytes(), 0).baseOffset, 3);
});
