import { assert, assertEquals } from "@std/assert";
import type { ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  AppendEntry,
  appendToLocalLogs,
  DelayedProduce,
  isValidRequiredAcks,
  needsReplication,
  partitionsOf,
} from "../../../cluster/replication/append.ts";
import type { Partition } from "../../../cluster/replication/partition.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOf } from "../../support/partition_log.ts";
import { assigned, BROKER, openReplicas, topicIdOf } from "../../support/replicas.ts";

function entry(topic = "t", topicId = ZERO_UUID, records = batchOf(["a", "b"])): AppendEntry {
  return new AppendEntry({ topic, partition: 0 }, topicId, records);
}

Deno.test("acks are -1, 0 or 1", () => {
  assertEquals([-2, -1, 0, 1, 2].map(isValidRequiredAcks), [false, true, true, true, false]);
});

Deno.test("entries are appended each for itself, and let go of their records", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned()], __transaction_state: [assigned()] },
  });
  const moved: boolean[] = [];
  const entries = [
    entry(),
    entry("none"),
    entry("t", topicIdOf("other")),
    entry("t", topicIdOf("t")),
    entry("__transaction_state"),
    entry("t", ZERO_UUID, new Uint8Array([1, 2, 3])),
  ];
  entries[3]!.fail("POLICY_VIOLATION", "refused before");
  appendToLocalLogs(
    {
      env: replicas.env,
      getPartition: replicas.replicaManager.getPartition,
      appended: (_, highWatermarkMoved) => moved.push(highWatermarkMoved),
    },
    { requiredAcks: 1, timeoutMs: 0, internalTopicsAllowed: false, entries },
  );
  assertEquals(
    entries.map(({ error, baseOffset, requiredOffset }) => [error, baseOffset, requiredOffset]),
    [
      ["NONE", 0, 2],
      ["UNKNOWN_TOPIC_OR_PARTITION", -1, 0],
      ["UNKNOWN_TOPIC_ID", -1, 0],
      ["POLICY_VIOLATION", -1, 0],
      ["INVALID_TOPIC_EXCEPTION", -1, 0],
      ["NONE", -1, 0],
    ],
  );
  assertEquals(moved[0], true);
  assert(entries.every(({ records }) => records.length === 0));
});

Deno.test("replication is waited for with acks=all, when something was appended", () => {
  const failed = entry();
  failed.fail("CORRUPT_MESSAGE");
  const request = (requiredAcks: number, entries: AppendEntry[]) =>
    needsReplication({ requiredAcks, timeoutMs: 0, internalTopicsAllowed: false, entries });
  assertEquals([
    request(-1, [entry(), failed]),
    request(-1, [failed]),
    request(-1, []),
    request(1, [entry()]),
  ], [true, false, false, false]);
});

Deno.test("a delayed produce decides each partition once, and times the rest out", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned({ replicas: [BROKER, 2] })], u: [assigned()], gone: [assigned()] },
  });
  const { getPartition } = replicas.replicaManager;
  const entries = [entry("t"), entry("u"), entry("gone"), entry("refused")];
  entries[3]!.fail("CORRUPT_MESSAGE");
  for (const one of entries) one.requiredOffset = 1;
  for (const topic of ["t", "u"]) {
    const partition = getPartition(topic, 0);
    assert(typeof partition === "object");
    partition.appendAsLeader(batchOf(["a"]), 1);
  }
  const lookup = (topic: string, index: number): Partition | ErrorName =>
    topic === "gone" ? "UNKNOWN_TOPIC_OR_PARTITION" : getPartition(topic, index);
  assertEquals(partitionsOf(entries, lookup).map(({ topicPartition }) => topicPartition.topic), [
    "t",
    "u",
  ]);
  let done = 0;
  const operation = new DelayedProduce(entries, lookup, () => done++);
  assert(!operation.canComplete());
  assertEquals(entries.map(({ error }) => error), [
    "NONE",
    "NONE",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "CORRUPT_MESSAGE",
  ]);
  operation.complete();
  assertEquals([entries[0]!.error, entries[1]!.error, done], ["REQUEST_TIMED_OUT", "NONE", 1]);
});
