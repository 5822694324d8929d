import { assertEquals } from "@std/assert";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import type { FetchSnapshotRequest } from "../../../cluster/raft/raft_message.ts";
import { ScriptedReplica } from "./scripted_replica.ts";

const part = (partial: Partial<FetchSnapshotRequest> = {}): FetchSnapshotRequest => ({
  type: "fetch_snapshot",
  replica: replicaKey(2),
  epoch: 4,
  snapshotId: { offset: 15, epoch: 3 },
  position: 40,
  maxBytes: 30,
  ...partial,
});

function leader() {
  const replica = new ScriptedReplica();
  replica.elect();
  replica.log.held = [[{ offset: 15, epoch: 3 }, 100]];
  return (partial?: Partial<FetchSnapshotRequest>) => {
    const answer = replica.ask(part(partial));
    if (answer?.type !== "fetch_snapshot") throw new TypeError(`${answer?.type}`);
    return answer;
  };
}

Deno.test("a part of a snapshot is as long as is asked for, and there is", () => {
  const ask = leader();
  const { error, size, position, length } = ask();
  assertEquals([error, size, position, length], ["NONE", 100, 40, 30]);
  assertEquals(ask({ position: 90 }).length, 10);
  assertEquals(ask({ maxBytes: -1 }).length, 0);
});

Deno.test("what is not there is refused", () => {
  const ask = leader();
  assertEquals(ask({ snapshotId: { offset: 14, epoch: 3 } }).error, "SNAPSHOT_NOT_FOUND");
  assertEquals(ask({ position: 100 }).error, "POSITION_OUT_OF_RANGE");
  assertEquals(ask({ position: -1 }).error, "POSITION_OUT_OF_RANGE");
  assertEquals(ask({ epoch: 3 }).error, "FENCED_LEADER_EPOCH");
  assertEquals(ask({ epoch: 5 }).error, "UNKNOWN_LEADER_EPOCH");
});
