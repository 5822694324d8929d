import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { offsetForLeaderEpochHandler } from "../../../../cluster/server/handlers/offset_for_leader_epoch.ts";
import { call, responseOf } from "../../../support/handler_call.ts";
import { batchOf } from "../../../support/partition_log.ts";
import { assigned, BROKER, openReplicas } from "../../../support/replicas.ts";

Deno.test("an epoch ends where the next begins, the current one at the end, and one of the future nowhere", async () => {
  await using replicas = await openReplicas({
    topics: {
      t: [assigned({ leaderEpoch: 1 })],
      away: [assigned({ replicas: [BROKER, 2], leader: 2 })],
    },
  });
  const handler = offsetForLeaderEpochHandler(replicas);
  const append = () => {
    const partition = replicas.replicaManager.getPartition("t", 0);
    assert(typeof partition === "object");
    partition.appendAsLeader(batchOf(["a", "b"]), 1);
  };
  append();
  replicas.metadata.set("t", [assigned({ leaderEpoch: 3, partitionEpoch: 1 })]);
  replicas.apply("t");
  append();
  const ask = (
    leaderEpoch: number,
    rest: { currentLeaderEpoch?: number; topic?: string } = {},
    version = 4,
  ) => {
    const { topic = "t", ...partition } = rest;
    const response = call(handler, version, {
      topics: [{ topic, partitions: [{ partition: 0, leaderEpoch, ...partition }] }],
    });
    assert(typeof response === "object");
    const found = response.topics[0]!.partitions[0]!;
    return [errorName(found.errorCode), found.leaderEpoch, found.endOffset];
  };
  for (const version of [2, 3, 4]) assertEquals(ask(1, {}, version), ["NONE", 1, 2]);
  assertEquals(ask(2), ["NONE", 1, 2]);
  assertEquals(ask(3), ["NONE", 3, 4]);
  assertEquals(ask(4), ["NONE", -1, -1]);
  assertEquals(ask(1, { currentLeaderEpoch: 2 })[0], "FENCED_LEADER_EPOCH");
  assertEquals(ask(1, { currentLeaderEpoch: 4 })[0], "UNKNOWN_LEADER_EPOCH");
  assertEquals(ask(1, { topic: "none" }), ["UNKNOWN_TOPIC_OR_PARTITION", -1, -1]);
  assertEquals(ask(1, { topic: "away" }), ["NOT_LEADER_OR_FOLLOWER", -1, -1]);
  const request = { topics: [{ topic: "t", partitions: [{ partition: 0 }] }] };
  assertEquals(responseOf(handler.onError(request as never, "UNKNOWN_SERVER_ERROR")).topics, [
    { topic: "t", partitions: [{ partition: 0, errorCode: -1 }] },
  ]);
});
