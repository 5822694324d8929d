import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { InvalidRecordError, LogDirError } from "../../../../storage/errors.ts";
import type { LogFile, OpenOptions } from "../../../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../../../storage/file/memory_file_system.ts";
import { batchAt, batchesIn } from "../../../../storage/record/memory_records.ts";
import { buildBatch } from "../../../../storage/record/record_batch_builder.ts";
import { faultyEnv } from "../../../support/log_manager.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import {
  batchOf,
  batchOfSize,
  bytesOf,
  contentOf,
  filesIn,
  openLog,
  readRecords,
} from "../../../support/partition_log.ts";

function errorOf(action: () => unknown): InvalidRecordError {
  try {
    action();
  } catch (error) {
    assertInstanceOf(error, InvalidRecordError);
    return error;
  }
  throw new Error("nothing was thrown");
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

Deno.test("a leader assigns consecutive offsets and its epoch", () => {
  const log = openLog(manualEnv());
  const first = log.appendAsLeader(batchOf(["a", "b"]), 3);
  assertEquals([first.firstOffset, first.lastOffset], [0, 1]);
  assertEquals(first.validBytes, log.size);
  const second = log.appendAsLeader(batchOf(["c"]), 3);
  assertEquals([second.firstOffset, second.lastOffset], [2, 2]);
  assertEquals(contentOf(log), ["0=a", "1=b", "2=c"]);
  const batch = batchAt(log.read(2, { maxBytes: 1000, isolation: "log_end" }).bytes(), 0);
  assertEquals(batch.partitionLeaderEpoch, 3);
  assertEquals(log.leaderEpochCache.latestEntry, { epoch: 3, startOffset: 0 });
});

Deno.test("records without a timestamp are taken", () => {
  const log = openLog(manualEnv());
  log.appendAsLeader(batchOf(["a"], { timestamp: -1 }), 0);
  assertEquals(readRecords(log)[0]!.timestamp, -1);
});

Deno.test("records with null values are taken", () => {
  const log = openLog(manualEnv());
  log.appendAsLeader(buildBatch([{ key: bytesOf("k"), value: null, timestamp: 1 }]), 0);
  assertEquals(readRecords(log)[0]!.hasValue, false);
});

Deno.test("a batch that the topic's codec makes too large is refused", () => {
  const value = "z".repeat(10_000);
  const compressed = batchOf([value], { compression: { type: "gzip" } });
  const log = openLog(manualEnv(), {
    "max.message.bytes": "1000",
    "compression.type": "uncompressed",
  });
  assertEquals(errorOf(() => log.appendAsLeader(compressed, 0)).code, "MESSAGE_TOO_LARGE");
  assertEquals(log.logEndOffset, 0);
});

Deno.test("records larger than a segment are refused", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "300" });
  log.appendAsLeader(batchOfSize(250), 0);
  assertEquals(
    errorOf(() => log.appendAsLeader(batchOfSize(400), 0)).code,
    "RECORD_LIST_TOO_LARGE",
  );
  assertEquals(log.segments.numberOfSegments, 1);
});

Deno.test("a compacted topic refuses records without a key, and names them", () => {
  const log = openLog(manualEnv(), { "cleanup.policy": "compact" });
  const records = buildBatch([
    { key: bytesOf("k"), value: bytesOf("1"), timestamp: 1 },
    { value: bytesOf("2"), timestamp: 1 },
  ]);
  const error = errorOf(() => log.appendAsLeader(records, 0));
  assertEquals(error.code, "INVALID_RECORD");
  assertEquals(error.recordErrors.map((each) => each.batchIndex), [1]);
  log.appendAsLeader(batchOf(["x"], { key: "k" }), 0);
  assertEquals(log.logEndOffset, 1);
});

Deno.test("a follower takes the leader's offsets, gaps included", () => {
  const log = openLog(manualEnv());
  const info = log.appendAsFollower(
    concat(
      batchOf(["a", "b"], { baseOffset: 3, partitionLeaderEpoch: 1 }),
      batchOf(["c"], { baseOffset: 90, partitionLeaderEpoch: 2 }),
    ),
    2,
  );
  assertEquals([info.firstOffset, info.lastOffset, info.lastLeaderEpoch], [3, 90, 2]);
  assertEquals(contentOf(log, 0), ["3=a", "4=b", "90=c"]);
  assertEquals(log.leaderEpochCache.epochEntries, [
    { epoch: 1, startOffset: 3 },
    { epoch: 2, startOffset: 90 },
  ]);
});

Deno.test("every codec of a topic stores what any codec sent", () => {
  const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
  for (const topicType of ["uncompressed", "gzip", "snappy", "lz4", "zstd", "producer"]) {
    for (const type of codecs) {
      const log = openLog(manualEnv(), { "compression.type": topicType });
      const info = log.appendAsLeader(batchOf(["aaaa", "bbbb"], { compression: { type } }), 0);
      assertEquals(info.sourceCompression, type);
      const batch = batchAt(log.read(0, { maxBytes: 1, isolation: "log_end" }).bytes(), 0);
      const expected = topicType === "producer"
        ? type
        : topicType === "uncompressed"
        ? "none"
        : topicType;
      assertEquals(batch.compressionType, expected as typeof type);
      assertEquals(contentOf(log), ["0=aaaa", "1=bbbb"]);
    }
  }
});

Deno.test("one append is one write of the data", () => {
  const fileSystem = new CountingFileSystem();
  const log = openLog(manualEnv({ fileSystem }));
  fileSystem.dataWrites = 0;
  log.appendAsLeader(batchOf(["a", "b", "c"]), 0);
  assertEquals(fileSystem.dataWrites, 1);
  log.appendAsFollower(
    concat(
      batchOf(["d"], { baseOffset: 3, partitionLeaderEpoch: 0 }),
      batchOf(["e"], { baseOffset: 4, partitionLeaderEpoch: 0 }),
    ),
    0,
  );
  assertEquals(fileSystem.dataWrites, 2);
});

Deno.test("a write that fails half way leaves the log as it was, on disk too", () => {
  const fileSystem = new CountingFileSystem();
  const env = manualEnv({ fileSystem });
  const log = openLog(env);
  log.appendAsLeader(batchOf(["a"]), 0);
  const size = log.size;
  fileSystem.tearNextDataWrite = true;
  assertThrows(() => log.appendAsLeader(batchOf(["b".repeat(500)]), 0), LogDirError);
  assertEquals([log.logEndOffset, log.size, log.highWatermark], [1, size, 0]);
  assertEquals(contentOf(log), ["0=a"]);
  log.appendAsLeader(batchOf(["c"]), 0);
  log.close();
  assertEquals(contentOf(openLog(env)), ["0=a", "1=c"]);
});

Deno.test("a leader epoch is noted once, where it begins", () => {
  const env = manualEnv();
  const log = openLog(env);
  log.appendAsLeader(batchOf(["a"]), 1);
  log.appendAsLeader(batchOf(["b"]), 1);
  log.appendAsLeader(batchOf(["c"]), 4);
  assertEquals(log.leaderEpochCache.epochEntries, [
    { epoch: 1, startOffset: 0 },
    { epoch: 4, startOffset: 2 },
  ]);
  assertEquals(log.endOffsetForEpoch(1), { epoch: 1, endOffset: 2 });
  assertEquals(log.endOffsetForEpoch(4), { epoch: 4, endOffset: 3 });
  assertEquals(log.endOffsetForEpoch(9), undefined);
  assert(filesIn(env.fileSystem).includes("leader-epoch-checkpoint"));
});

Deno.test("a follower's batch without an epoch is refused", () => {
  const log = openLog(manualEnv());
  assertEquals(errorOf(() => log.appendAsFollower(batchOf(["a"]), 0)).code, "INVALID_RECORD");
  assertEquals(log.logEndOffset, 0);
});

Deno.test("the bytes that are kept are those that came in, but for offset and epoch", () => {
  const log = openLog(manualEnv());
  const sent = batchOf(["a", "b"], { compression: { type: "lz4" } });
  const copy = sent.slice();
  log.appendAsLeader(batchOf(["first"]), 0);
  log.appendAsLeader(sent, 6);
  const stored = [...batchesIn(log.read(0, { maxBytes: 9999, isolation: "log_end" }).bytes())][1]!;
  const bytes = stored.bytes.subarray(stored.start, stored.start + stored.sizeInBytes);
  assertEquals(bytes.subarray(16), copy.subarray(16));
});

class CountingFileSystem extends MemoryFileSystem {
  dataWrites = 0;
  tearNextDataWrite = false;

  override open(path: string, options?: OpenOptions): LogFile {
    const file = super.open(path, options);
    if (!path.endsWith(".log")) return file;
    const write = file.write.bind(file);
    file.write = (position, source, start = 0, end = source.length) => {
      this.dataWrites++;
      if (!this.tearNextDataWrite) return write(position, source, start, end);
      this.tearNextDataWrite = false;
      write(position, source, start, start + ((end - start) >> 1));
      throw new LogDirError(path, `Cannot write to file: ${path}`);
    };
    return file;
  }
}

Deno.test("a batch that is sent again after its flush failed is flushed before it is acknowledged", () => {
  const env = faultyEnv();
  const log = openLog(env, { "flush.messages": "1" });
  const batch = () => batchOf(["a"], { producerId: 1, producerEpoch: 0, baseSequence: 0 });
  env.fileSystem.inject({ code: "EIO", kinds: ["flush"], path: /\.log$/ });
  assertThrows(() => log.appendAsLeader(batch(), 0), LogDirError);
  assertEquals(log.recoveryPoint, 0);
  const again = log.appendAsLeader(batch(), 0);
  assertEquals([again.duplicate, again.firstOffset, log.recoveryPoint], [true, 0, 1]);
});
