import { assert, assertEquals } from "@std/assert";
import {
  isReplicaInSync,
  type PartitionFetchState,
  PartitionFetchStates,
} from "../../../cluster/replication/partition_fetch_state.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, openLog } from "../../support/partition_log.ts";

const STATE: PartitionFetchState = {
  topicId: "AAAAAAAAAAAAAAAAAAAAAA",
  fetchOffset: 0,
  currentLeaderEpoch: 3,
  lastFetchedEpoch: -1,
  lag: undefined,
  delayedUntil: -Infinity,
};
const A = { topic: "t", partition: 0 };
const B = { topic: "t", partition: 1 };

Deno.test("a replica is in sync once it had all that was committed", () => {
  const inSync = (lag: number | undefined) => isReplicaInSync({ ...STATE, lag });
  assertEquals([undefined, 0, 1].map(inSync), [false, true, false]);
});

Deno.test("who has got something goes on from the end of its log, after the others", () => {
  const log = openLog(manualEnv());
  log.appendAsLeader(batchOf(["a", "b"]), 2);
  const states = new PartitionFetchStates([[A, STATE], [B, STATE]]);
  states.advance(A, STATE, log, 4);
  assertEquals([...states.keys()], [B, A]);
  assertEquals(states.get(A), { ...STATE, fetchOffset: 2, lastFetchedEpoch: 2, lag: 4 });
});

Deno.test("a partition is left alone until the latest of its times", () => {
  const states = new PartitionFetchStates([[A, STATE], [B, STATE]]);
  states.delay([A, { topic: "u", partition: 0 }], 10);
  states.delay([A], 5);
  assertEquals([states.get(A)?.delayedUntil, states.get(B)?.delayedUntil], [10, -Infinity]);
  assert(states.size === 2);
});
