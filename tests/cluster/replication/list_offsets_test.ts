import { assert, assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  fetchOffsetForTimestamp,
  isTimestampUnsupported,
} from "../../../cluster/replication/list_offsets.ts";
import { batchOf } from "../../support/partition_log.ts";
import { assigned, BROKER, openReplicas } from "../../support/replicas.ts";

Deno.test("a timestamp below zero must be one that the version knows", () => {
  assertEquals([-1, -2, 0, 5].map((timestamp) => isTimestampUnsupported(timestamp, 1)), [
    false,
    false,
    false,
    false,
  ]);
  assertEquals([-3, -7].map((timestamp) => isTimestampUnsupported(timestamp, 6)), [true, true]);
  assertEquals([-3, -7].map((timestamp) => isTimestampUnsupported(timestamp, 7)), [false, true]);
});

Deno.test("the message of a lagging high watermark is Kafka's", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned({ replicas: [BROKER, 2] })] },
  });
  const partition = replicas.replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  partition.appendAsLeader(batchOf(["a"]), 1);
  partition.makeLeader(assigned({ replicas: [BROKER, 2], leaderEpoch: 1, partitionEpoch: 1 }));
  const ask = (currentLeaderEpoch: number) =>
    fetchOffsetForTimestamp(partition, {
      timestamp: -1,
      isolation: "read_uncommitted",
      currentLeaderEpoch,
      fetchOnlyFromLeader: true,
    });
  assertEquals(
    assertThrows(() => ask(1), KafkaError).message,
    "Failed to fetch offsets for partition t-0 with leader epoch 1 as this partition's high watermark " +
      "(0) is lagging behind the start offset from the beginning of this epoch (1).",
  );
  assertThrows(() => ask(-1), KafkaError, "with leader unknown epoch as");
});
