import { assert, assertEquals } from "@std/assert";
import { logTool } from "../../storage/cli/log_tool.ts";
import { CorruptRecordError, StorageError } from "../../storage/errors.ts";
import { readWholeFile } from "../../storage/file/file_system.ts";
import { PartitionLog, type PartitionLogOptions } from "../../storage/log/partition_log.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { BATCH_FIELD } from "../../storage/record/record_batch.ts";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
import { type ManualEnv, manualEnv } from "../support/manual_env.ts";
import {
  batchOf,
  bytesOf,
  endMarker,
  LOG_DIRECTORY,
  logConfig,
  nameOf,
  pathOf,
  restoreDirectory,
  snapshotDirectory,
  writeWholeFile,
} from "../support/partition_log.ts";

/**
 * Every bit of a small log is turned, one at a time. Recovery, a read that verifies and `log verify` must find each; but for the
 * base offset and the leader epoch of a batch, which lie outside of its checksum (FORMAT.md): a leader sets them in the bytes that a
 * producer sent.
 */

function open(env: ManualEnv, options: Partial<PartitionLogOptions> = {}): PartitionLog {
  return PartitionLog.open({
    env,
    directory: LOG_DIRECTORY,
    topicPartition: { topic: "events", partition: 0 },
    config: logConfig({ "seglog.verify.on.read": "true", "index.interval.bytes": "150" }),
    hadCleanShutdown: true,
    recoveryPoint: Number.MAX_SAFE_INTEGER,
    ...options,
  });
}

const unclean = { hadCleanShutdown: false, recoveryPoint: 0 };

interface Batch {
  readonly position: number;
  readonly size: number;
  readonly offset: number;
}

interface SoundLog {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bytes: Uint8Array;
  readonly batches: readonly Batch[];
}

/** Batches of every kind, in one segment that was closed. */
function soundLog(): SoundLog {
  const env = manualEnv();
  const log = open(env);
  const appended = (bytes: Uint8Array, options = {}) => log.appendAsLeader(bytes, 3, options);
  appended(batchOf(["first", "second"], { key: "k" }));
  appended(batchOf(["x".repeat(40), "y"], { compression: { type: "lz4" } }));
  appended(batchOf(["a", "b", "c"], { producerId: 9, producerEpoch: 0, baseSequence: 0 }));
  appended(
    batchOf(["t"], { producerId: 8, producerEpoch: 1, baseSequence: 0, isTransactional: true }),
  );
  appended(endMarker(8, 1, "ABORT"), { origin: "coordinator", transactionVersion: 0 });
  const headers = [{ key: "trace", value: bytesOf("1") }, { key: "none", value: null }];
  appended(buildBatch([{ key: bytesOf("k"), value: null, headers, timestamp: 1_700_000_000_500 }]));
  appended(batchOf(["last"], { key: "l" }));
  log.close();
  const bytes = readWholeFile(env.fileSystem, pathOf(0, "log"));
  const batches: Batch[] = [];
  for (const batch of batchesIn(bytes)) {
    batches.push({ position: batch.start, size: batch.sizeInBytes, offset: batch.baseOffset });
  }
  return { files: snapshotDirectory(env.fileSystem), bytes, batches };
}

const sound = soundLog();

/** A place that the checksum does not cover. */
function isOutsideOfChecksum(within: number): boolean {
  return within < BATCH_FIELD.length ||
    (within >= BATCH_FIELD.partitionLeaderEpoch && within < BATCH_FIELD.magic);
}

interface Flip {
  readonly bytes: Uint8Array;
  /** Index of the batch. */
  readonly index: number;
  readonly batch: Batch;
  /** Place in the batch. */
  readonly within: number;
  readonly name: string;
}

/** The log with one bit turned, for each of its bits. */
function* flips(): Generator<Flip> {
  for (const [index, batch] of sound.batches.entries()) {
    for (let within = 0; within < batch.size; within++) {
      for (let bit = 0; bit < 8; bit++) {
        const bytes = sound.bytes.slice();
        bytes[batch.position + within]! ^= 1 << bit;
        const name = `bit ${bit} of byte ${within} of batch ${index} (offset ${batch.offset})`;
        yield { bytes, index, batch, within, name };
      }
    }
  }
}

function check(what: (env: ManualEnv, flip: Flip) => void): void {
  let count = 0;
  for (const flip of flips()) {
    const env = manualEnv();
    restoreDirectory(env.fileSystem, sound.files);
    writeWholeFile(env.fileSystem, pathOf(0, "log"), flip.bytes);
    try {
      what(env, flip);
    } catch (cause) {
      throw new Error(flip.name, { cause });
    }
    count++;
  }
  assertEquals(count, sound.bytes.length * 8);
}

/** The batches of the log, from offset to offset, as a reader gets them; ends when there is nothing at an offset. */
function readAll(log: PartitionLog): number[] {
  const bytes: number[] = [];
  for (let offset = log.logStartOffset; offset < log.logEndOffset;) {
    const data = log.read(offset, { maxBytes: 200, isolation: "log_end" }).bytes();
    let next = offset;
    for (const batch of batchesIn(data)) {
      bytes.push(...data.subarray(batch.start, batch.start + batch.sizeInBytes));
      next = batch.nextOffset;
    }
    if (next <= offset) return bytes;
    offset = next;
  }
  return bytes;
}

Deno.test("recovery cuts the log at any batch with a turned bit", () => {
  check((env, { bytes, batch, within }) => {
    const log = open(env, unclean);
    if (isOutsideOfChecksum(within)) {
      // Offsets that go back are found, at this batch or the next.
      assert(log.size === bytes.length || log.size >= batch.position);
    } else {
      assertEquals(log.logEndOffset, batch.offset);
      assertEquals(readAll(log), [...sound.bytes.subarray(0, batch.position)]);
    }
    log.appendAsLeader(batchOf(["after"]), 1000);
    log.close();
  });
});

Deno.test("recovery that salvages leaves out the batch with a turned bit, and no other", () => {
  check((env, { index, batch, within }) => {
    const log = open(env, { ...unclean, recovery: "salvage" });
    if (!isOutsideOfChecksum(within)) {
      const behind = batch.position + batch.size;
      assertEquals(
        readAll(log),
        [...sound.bytes.subarray(0, batch.position), ...sound.bytes.subarray(behind)],
      );
      const isLast = index === sound.batches.length - 1;
      assertEquals(log.logEndOffset, isLast ? batch.offset : 11);
    }
    log.close();
  });
});

Deno.test("a read that verifies finds any turned bit, and gives no wrong byte", () => {
  check((env, { within }) => {
    let read: number[];
    try {
      const log = open(env);
      read = readAll(log);
      log.closeHandlers();
    } catch (error) {
      if (error instanceof CorruptRecordError) return;
      // Offsets that go back do not go into an index.
      if (isOutsideOfChecksum(within) && error instanceof StorageError) return;
      throw error;
    }
    assert(isOutsideOfChecksum(within), `${read.length} bytes were read as if nothing were wrong`);
  });
});

Deno.test("log verify names the batch with a turned bit", async () => {
  const unnoticed = new Set<string>();
  for (const { bytes, batch, within, name } of flips()) {
    const env = manualEnv();
    restoreDirectory(env.fileSystem, sound.files);
    writeWholeFile(env.fileSystem, pathOf(0, "log"), bytes);
    const lines: string[] = [];
    const io = { env, stdout: (text: string) => void lines.push(text), stderr: () => {} };
    const status = await logTool(["verify", LOG_DIRECTORY], io);
    const file = `${LOG_DIRECTORY}/${nameOf(0, "log")}`;
    if (isOutsideOfChecksum(within)) {
      if (status === 0) unnoticed.add(name);
      continue;
    }
    assertEquals(status, 1, name);
    assert(
      lines.some((line) => line.startsWith(`${file}: position ${batch.position},`)),
      `${name}: ${lines.join("\n")}`,
    );
  }
  // A negative leader epoch stands for none: there is nothing to compare.
  assertEquals(
    [...unnoticed],
    sound.batches.map(({ offset }, index) =>
      `bit 7 of byte 12 of batch ${index} (offset ${offset})`
    ),
  );
});
