import { assertEquals, assertThrows } from "@std/assert";
import {
  appendFetched as append,
  type FetchedRecords,
} from "../../../cluster/replication/follower_append.ts";
import { InvalidRecordError } from "../../../storage/errors.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, contentOf, openLog, truncationOf } from "../../support/partition_log.ts";

const NOTHING: Uint8Array = new Uint8Array(0);

function appendFetched(log: PartitionLog, records: FetchedRecords) {
  return append(log, truncationOf(log), records);
}

function fetched(log: { readonly logEndOffset: number }, records: Uint8Array = NOTHING) {
  return {
    ...{ fetchOffset: log.logEndOffset, leaderEpoch: 4, records },
    ...{ highWatermark: 0, logStartOffset: 0 },
  };
}

function batch(values: string[], baseOffset: number, partitionLeaderEpoch = 4): Uint8Array {
  return batchOf(values, { baseOffset, partitionLeaderEpoch });
}

Deno.test("a follower takes the leader's offsets, epochs, high watermark and log start over", () => {
  const log = openLog(manualEnv());
  const first = appendFetched(log, {
    ...fetched(log, batch(["a", "b", "c"], 0, 2)),
    highWatermark: 9,
  });
  assertEquals([first.highWatermarkMoved, log.highWatermark, log.logEndOffset], [true, 3, 3]);
  assertEquals(log.leaderEpochCache.latestEpoch, 2);
  const second = appendFetched(log, { ...fetched(log), highWatermark: 9, logStartOffset: 2 });
  assertEquals([second.highWatermarkMoved, log.logStartOffset], [false, 2]);
});

Deno.test("a high watermark does not go back when a new leader knows less", () => {
  const log = openLog(manualEnv());
  appendFetched(log, { ...fetched(log, batch(["a", "b"], 0)), highWatermark: 2 });
  const { highWatermarkMoved } = appendFetched(log, { ...fetched(log), highWatermark: 1 });
  assertEquals([highWatermarkMoved, log.highWatermark], [false, 2]);
});

Deno.test("batches of a later leader's epoch are left for after a truncation", () => {
  const log = openLog(manualEnv());
  appendFetched(log, fetched(log, batch(["a"], 0, 4)));
  appendFetched(log, fetched(log, batch(["b"], 1, 5)));
  assertEquals(contentOf(log), ["0=a"]);
});

Deno.test("a log that begins in the middle of a batch begins with that batch", () => {
  const log = openLog(manualEnv());
  log.truncateFullyAndStartAt(2);
  appendFetched(log, {
    ...fetched(log, batch(["a", "b", "c"], 0)),
    highWatermark: 3,
    logStartOffset: 2,
  });
  assertEquals([log.logStartOffset, log.logEndOffset, contentOf(log)], [2, 3, ["2=c"]]);
});

Deno.test("records from below the end of a log that has some are refused", () => {
  const log = openLog(manualEnv());
  appendFetched(log, fetched(log, batch(["a", "b"], 0)));
  assertThrows(() => appendFetched(log, fetched(log, batch(["x"], 1))), InvalidRecordError);
  assertEquals(contentOf(log), ["0=a", "1=b"]);
});
