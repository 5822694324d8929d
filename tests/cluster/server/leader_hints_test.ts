import { assertEquals } from "@std/assert";
import { LeaderHints } from "../../../cluster/server/leader_hints.ts";
import { assigned, BROKER, openReplicas } from "../../support/replicas.ts";

Deno.test("a leader is named with its epoch, and its address once, where it has one on the client's listener", async () => {
  await using replicas = await openReplicas({
    topics: {
      here: [assigned({ leaderEpoch: 3 })],
      away: [assigned({ replicas: [2], leader: 2, leaderEpoch: 7 })],
      nobody: [assigned({ replicas: [2], leader: -1, leaderEpoch: 8 })],
    },
  });
  const two = { nodeId: 2, host: "two", port: 9093, rack: "r" };
  replicas.metadata.brokers.set(2, two);
  const hints = new LeaderHints(replicas.replicaManager, "PLAINTEXT");
  assertEquals(hints.nodeEndpoints, []);
  assertEquals(hints.currentLeader("nobody", 0), { leaderId: -1, leaderEpoch: 8 });
  assertEquals(hints.currentLeader("none", 0), { leaderId: -1, leaderEpoch: -1 });
  assertEquals(hints.nodeEndpoints, []);
  assertEquals(hints.currentLeader("away", 0), { leaderId: 2, leaderEpoch: 7 });
  hints.currentLeader("away", 0);
  assertEquals(hints.nodeEndpoints, [two]);
  assertEquals(hints.currentLeader("here", 0), { leaderId: BROKER, leaderEpoch: 3 });
  const other = new LeaderHints(replicas.replicaManager, "INTERNAL");
  other.currentLeader("away", 0);
  assertEquals(other.nodeEndpoints, []);
});
