import { assert, assertEquals, assertThrows } from "@std/assert";
import { isWholeBefore, metadataBatches } from "../../../cluster/raft/metadata_batches.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { record } from "./raft_support.ts";

/** A log of batches of two records, which it gives one at a time. */
function logOf(...baseOffsets: number[]): PartitionLog {
  const batches = baseOffsets.map((baseOffset) =>
    buildBatch([1, 2].map((timestamp) => ({ value: record("x"), timestamp })), { baseOffset })
  );
  const log = {
    logStartOffset: 0,
    logEndOffset: baseOffsets.at(-1)! + 2,
    read(offset: number) {
      const at = baseOffsets.findIndex((baseOffset) => baseOffset + 2 > offset);
      return { bytes: () => batches[at] ?? new Uint8Array() };
    },
  };
  return log as unknown as PartitionLog;
}

const offsets = (log: PartitionLog, from: number, to: number) =>
  Array.from(metadataBatches(log, from, to), ({ baseOffset }) => baseOffset);

Deno.test("batches are read from the one that holds an offset on, up to another", () => {
  const log = logOf(0, 2, 4, 6);
  assertEquals(offsets(log, 0, 8), [0, 2, 4, 6]);
  assertEquals(offsets(log, 3, 5), [2, 4]);
  assertEquals(offsets(log, 3, 3), []);
});

Deno.test("the end of the log comes too early for who asks for more", () => {
  assertThrows(() => offsets(logOf(0, 2), 0, 8), CorruptRecordError, "no batch at offset: 4");
});

Deno.test("a log that lacks a batch before its end is not whole", () => {
  assert(isWholeBefore(logOf(0, 2, 4), 6));
  assert(!isWholeBefore(logOf(0, 4), 6));
  assert(isWholeBefore(logOf(0, 4), 5));
  assert(!isWholeBefore(logOf(0), 4));
});
