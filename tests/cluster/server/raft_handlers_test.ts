import { assertEquals } from "@std/assert";
import { errorName } from "../../../client/protocol/error_codes.ts";
import type { RaftRequest, RaftResponse } from "../../../cluster/raft/raft_message.ts";
import { raftHandlers } from "../../../cluster/server/raft_handlers.ts";
import { ask } from "../../support/handler_call.ts";
import { vote } from "../../../client/protocol/messages/vote.ts";

const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
const asking = (clusterId: string | null) => ({
  clusterId,
  voterId: 1,
  topics: [{
    topicName: "__cluster_metadata",
    partitions: [{ partitionIndex: 0, replicaEpoch: 3, replicaId: 2, lastOffset: 5 }],
  }],
});

function handlers(answer: RaftResponse | { type: "failure"; error: "BROKER_NOT_AVAILABLE" }) {
  const asked: RaftRequest[] = [];
  const raft = {
    handle(request: RaftRequest) {
      asked.push(request);
      return Promise.resolve(answer);
    },
  };
  const all = raftHandlers({ raft, clusterId: CLUSTER_ID });
  return { asked, vote: all.find(({ api }) => api === vote)! };
}

const granted: RaftResponse = {
  type: "vote",
  error: "NONE",
  leaderId: undefined,
  epoch: 3,
  leaderEndpoints: [],
  voteGranted: true,
};

Deno.test("replicas of this cluster, and those that do not say of which, are answered", async () => {
  for (const clusterId of [CLUSTER_ID, null]) {
    const { asked, vote: handler } = handlers(granted);
    const answer = await ask(handler, 2, asking(clusterId));
    assertEquals(answer.topics[0].partitions[0].voteGranted, true);
    assertEquals(asked.length, 1);
  }
});

Deno.test("a replica of another cluster is told so, and changes nothing here", async () => {
  const { asked, vote: handler } = handlers(granted);
  const { errorCode } = await ask(handler, 2, asking("AnotherClusterIdxxxxxA"));
  assertEquals([errorName(errorCode), asked.length], ["INCONSISTENT_CLUSTER_ID", 0]);
});

Deno.test("a replica that cannot answer says so", async () => {
  const { vote: handler } = handlers({ type: "failure", error: "BROKER_NOT_AVAILABLE" });
  const { errorCode } = await ask(handler, 2, asking(CLUSTER_ID));
  assertEquals(errorName(errorCode), "BROKER_NOT_AVAILABLE");
});
