import { assertEquals } from "@std/assert";
import { Partition } from "../../../cluster/replication/partition.ts";
import { preferredReadReplica } from "../../../cluster/replication/preferred_replica.ts";
import { selectByRack } from "../../../cluster/replication/replica_selector.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, openLog } from "../../support/partition_log.ts";
import { assigned, BROKER, partitionContext, topicIdOf } from "../../support/replicas.ts";

function open() {
  const env = manualEnv();
  const log = openLog(env);
  const partition = new Partition(
    { topic: "events", partition: 0 },
    topicIdOf("events"),
    partitionContext(env, () => log),
  );
  const racks = new Map([[BROKER, "a"], [2, "b"], [3, "c"]]);
  partition.makeLeader(assigned({ replicas: [BROKER, 2, 3], isr: [BROKER, 2] }));
  partition.appendAsLeader(batchOf(["a", "b", "c"]), 1);
  for (const brokerId of [2, 3]) {
    partition.updateFollowerFetchState(brokerId, {
      ...{ fetchOffset: 2, logStartOffset: 1, leaderEndOffset: 3, brokerEpoch: -1 },
      timeMs: env.clock.now(),
    });
  }
  const preferred = (rackId: string, fetchOffset = 1, listenerName = "PLAINTEXT") =>
    preferredReadReplica(
      {
        selector: selectByRack,
        endpoint: (nodeId, name) =>
          name === "PLAINTEXT" && racks.has(nodeId)
            ? { nodeId, host: "h", port: 1, rack: racks.get(nodeId)! }
            : undefined,
      },
      partition,
      { rackId, listenerName },
      fetchOffset,
      env.clock.now(),
    );
  return { partition, racks, preferred };
}

Deno.test("a consumer goes to a follower in its rack that is in sync, and stays with the leader otherwise", () => {
  const { preferred } = open();
  assertEquals([preferred("b"), preferred("a"), preferred("c"), preferred("d")], [
    2,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("a follower that has not the offset, or cannot be reached, is none", () => {
  const { preferred, racks } = open();
  assertEquals([0, 1, 2, 3].map((offset) => preferred("b", offset)), [undefined, 2, 2, undefined]);
  assertEquals(preferred("b", 1, "OTHER"), undefined);
  racks.delete(2);
  assertEquals(preferred("b"), undefined);
});

Deno.test("a follower sends nobody elsewhere", () => {
  const { partition, preferred } = open();
  partition.makeFollower(assigned({ leader: 2, leaderEpoch: 1, partitionEpoch: 1 }));
  assertEquals(preferred("b"), undefined);
});
