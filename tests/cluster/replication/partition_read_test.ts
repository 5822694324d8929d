import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { Partition } from "../../../cluster/replication/partition.ts";
import {
  lastOffsetForLeaderEpoch,
  readPartition,
} from "../../../cluster/replication/partition_read.ts";
import { OffsetOutOfRangeError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, openLog } from "../../support/partition_log.ts";
import { assigned, partitionContext, topicIdOf } from "../../support/replicas.ts";

/** Epoch 1 has offsets 0 and 1, epoch 4 has 2. */
function open() {
  const env = manualEnv();
  const log = openLog(env);
  const partition = new Partition(
    { topic: "events", partition: 0 },
    topicIdOf("events"),
    partitionContext(env, () => log),
  );
  partition.makeLeader(assigned({ leaderEpoch: 1 }));
  partition.appendAsLeader(batchOf(["a", "b"]), 1);
  partition.makeLeader(assigned({ leaderEpoch: 4, partitionEpoch: 1 }));
  partition.appendAsLeader(batchOf(["c"]), 1);
  const read = (fetchOffset: number, lastFetchedEpoch = -1, currentLeaderEpoch = -1) =>
    readPartition(
      partition,
      log,
      { fetchOffset, lastFetchedEpoch, currentLeaderEpoch },
      1000,
      "high_watermark",
      true,
    );
  return { log, partition, read };
}

Deno.test("the end of an epoch is told for the one asked for, or the largest before it", () => {
  const { partition } = open();
  const end = (epoch: number, current = -1) =>
    lastOffsetForLeaderEpoch(partition, current, epoch, true);
  assertEquals(end(1), { error: "NONE", leaderEpoch: 1, endOffset: 2 });
  assertEquals(end(3), { error: "NONE", leaderEpoch: 1, endOffset: 2 });
  assertEquals(end(4), { error: "NONE", leaderEpoch: 4, endOffset: 3 });
  assertEquals(end(5), { error: "NONE", leaderEpoch: -1, endOffset: -1 });
  assertEquals(end(1, 3).error, "FENCED_LEADER_EPOCH");
});

Deno.test("a read tells the offsets, and finds the records", () => {
  const { read } = open();
  const { data, divergingEpoch, ...offsets } = read(0);
  assertEquals(offsets, {
    highWatermark: 3,
    logStartOffset: 0,
    logEndOffset: 3,
    lastStableOffset: 3,
  });
  assertEquals([data!.size > 0, divergingEpoch], [true, undefined]);
});

Deno.test("a fetcher that agrees on its last epoch reads on, one that does not learns where to cut", () => {
  const { read } = open();
  assertEquals(read(2, 1).divergingEpoch, undefined);
  assertEquals(read(3, 4).divergingEpoch, undefined);
  const diverging = read(3, 1);
  assertEquals([diverging.data, diverging.divergingEpoch], [undefined, { epoch: 1, endOffset: 2 }]);
  assertEquals(read(2, 3).divergingEpoch, { epoch: 1, endOffset: 2 });
});

Deno.test("an epoch of the future and an offset below the start are out of range, another leader's epoch an error", () => {
  const { log, read } = open();
  assertThrows(() => read(3, 9), OffsetOutOfRangeError, "last fetched epoch");
  log.deleteRecords(1);
  assertThrows(() => read(0, 1), OffsetOutOfRangeError, "in the range 1 to 3");
  assertEquals(assertThrows(() => read(2, 1, 3), KafkaError).code, "FENCED_LEADER_EPOCH");
});
