import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { replicationRows, statusJson, statusLines } from "../../../client/cli/quorum_text.ts";

const ZERO = "AAAAAAAAAAAAAAAAAAAAAA";
const replica = (replicaId: number, logEndOffset: number, time: number | null) => ({
  ...{ replicaId, replicaDirectoryId: ZERO, logEndOffset },
  ...{ lastFetchTimestamp: time, lastCaughtUpTimestamp: time },
});
const QUORUM = {
  ...{ leaderId: 1, leaderEpoch: 3, highWatermark: 90 },
  voters: [replica(1, 100, 5000), replica(2, 80, 4000)],
  observers: [replica(7, 60, null)],
  nodes: new Map([[2, new Map([["C", { host: "::1", port: 9 }]])]]),
};

Deno.test("the status tells how far the last voter is behind", () => {
  assertEquals(statusLines("id", QUORUM).slice(4), [
    "MaxFollowerLag:         20",
    "MaxFollowerLagTimeMs:   1000",
    'CurrentVoters:          [{"id": 1}, {"id": 2, "endpoints": ["C://[::1]:9"]}]',
    'CurrentObservers:       [{"id": 7}]',
  ]);
  const json = statusJson("id", QUORUM) as { readonly currentVoters: unknown };
  assertEquals(json.currentVoters, [{ id: 1 }, { id: 2, endpoints: ["C://[::1]:9"] }]);
});

Deno.test("replicas come with the leader first, and times as people read them", () => {
  const rows = replicationRows(QUORUM, 6000);
  assertEquals(rows.map((row) => row.slice(2).join(" ")), [
    "100 0 1000 ms ago 1000 ms ago Leader",
    "80 20 2000 ms ago 2000 ms ago Follower",
    "60 40 -1 -1 Observer",
  ]);
  assertThrows(() => replicationRows(QUORUM, 4500), JavaException, "possible drift");
  assertThrows(() => replicationRows({ ...QUORUM, leaderId: 9 }), JavaException, "No value");
});
