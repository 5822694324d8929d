import { assertEquals, assertThrows } from "@std/assert";
import { endOffsetForEpoch, lastEpoch } from "../../../cluster/raft/log_epochs.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";

type Log = Parameters<typeof lastEpoch>[0];

function log(options: {
  latestEpoch?: number;
  start?: number;
  end?: number;
  found?: ReturnType<PartitionLog["endOffsetForEpoch"]>;
}): Log {
  return {
    leaderEpochCache: { latestEpoch: options.latestEpoch } as Log["leaderEpochCache"],
    logStartOffset: options.start ?? 0,
    logEndOffset: options.end ?? 9,
    endOffsetForEpoch: () => options.found,
  };
}

const snapshot = { offset: 5, epoch: 3 };
const one = { earliest: snapshot, latest: snapshot };
const none = { earliest: undefined, latest: undefined };

Deno.test("the last epoch is that of the last record, or of the snapshot that the log begins behind", () => {
  assertEquals(lastEpoch(log({ latestEpoch: 4 }), one), 4);
  assertEquals(lastEpoch(log({ start: 5, end: 5 }), one), 3);
  assertEquals(lastEpoch(log({ start: 3, end: 5 }), one), 3);
  assertEquals(lastEpoch(log({}), none), 0);
  assertThrows(() => lastEpoch(log({ start: 5, end: 6 }), one), CorruptRecordError, "offset 5");
});

Deno.test("an epoch ends where the log says, or the snapshot before it", () => {
  const found = { epoch: 2, endOffset: 5 };
  assertEquals(endOffsetForEpoch(log({ found }), one, 3), { offset: 5, epoch: 2 });
  assertEquals(endOffsetForEpoch(log({ found: { epoch: 3, endOffset: 5 } }), one, 3), snapshot);
  assertEquals(endOffsetForEpoch(log({ latestEpoch: 4 }), none, 8), { offset: 9, epoch: 4 });
});
