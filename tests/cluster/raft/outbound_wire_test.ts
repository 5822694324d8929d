import { assertEquals } from "@std/assert";
import type { Api } from "../../../client/protocol/api.ts";
import {
  beginQuorumEpochWire,
  endQuorumEpochWire,
  fetchSnapshotWire,
  fetchWire,
  type InboundWire,
  voteWire,
} from "../../../cluster/raft/inbound_wire.ts";
import { exchange } from "../../../cluster/raft/outbound_wire.ts";
import type { RaftRequest, RaftResponse } from "../../../cluster/raft/raft_message.ts";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import {
  decode,
  type Draft,
  encode,
  type Message,
} from "../../../storage/message/message_codec.ts";

const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
const identity = { clusterId: CLUSTER_ID, listenerName: "CONTROLLER" };
const [one, two] = [
  replicaKey(1, "DIRECTORYxxxxxxxxxxxxA"),
  replicaKey(2, "DIRECTORYxxxxxxxxxxxxQ"),
];
const endpoint = { name: "CONTROLLER", host: "localhost", port: 65_535 };

// deno-lint-ignore no-explicit-any
const wires: Readonly<Record<RaftRequest["type"], InboundWire<any, any, any, any>>> = {
  vote: voteWire,
  begin_quorum_epoch: beginQuorumEpochWire,
  end_quorum_epoch: endQuorumEpochWire,
  fetch: fetchWire,
  fetch_snapshot: fetchSnapshotWire,
};

const led = {
  error: "NONE",
  leaderId: 1,
  epoch: 7,
  leaderEndpoints: [endpoint],
} as const;
const unled = {
  error: "NOT_LEADER_OR_FOLLOWER",
  leaderId: undefined,
  epoch: 8,
  leaderEndpoints: [],
} as const;

const CASES: readonly (readonly [RaftRequest, RaftResponse])[] = [
  [{
    type: "vote",
    voter: two,
    candidate: one,
    epoch: 6,
    logEnd: { offset: 50, epoch: 5 },
    preVote: true,
  }, { type: "vote", ...led, voteGranted: true }],
  [{
    type: "begin_quorum_epoch",
    voter: two,
    leaderId: 1,
    epoch: 7,
    leaderEndpoints: [endpoint],
  }, { type: "begin_quorum_epoch", ...unled }],
  [{
    type: "end_quorum_epoch",
    leaderId: 1,
    epoch: 7,
    leaderEndpoints: [endpoint],
    preferredCandidates: [two, one],
  }, { type: "end_quorum_epoch", ...led }],
  [{
    type: "fetch",
    replica: two,
    epoch: 7,
    fetchOffset: 60,
    lastFetchedEpoch: 6,
    highWatermark: 55,
    maxBytes: 1000,
    maxWaitMs: 500,
  }, {
    type: "fetch",
    ...led,
    highWatermark: 58,
    logStartOffset: 10,
    divergingEpoch: { offset: 57, epoch: 5 },
    snapshotId: undefined,
    records: new Uint8Array([1, 2, 3]),
  }],
  [{
    type: "fetch",
    replica: one,
    epoch: 7,
    fetchOffset: 0,
    lastFetchedEpoch: 0,
    highWatermark: -1,
    maxBytes: 1000,
    maxWaitMs: 0,
  }, {
    type: "fetch",
    ...unled,
    highWatermark: undefined,
    logStartOffset: 0,
    divergingEpoch: undefined,
    snapshotId: { offset: 40, epoch: 4 },
    records: new Uint8Array(0),
  }],
  [{
    type: "fetch_snapshot",
    replica: two,
    epoch: 7,
    snapshotId: { offset: 40, epoch: 4 },
    position: 128,
    maxBytes: 64,
  }, {
    type: "fetch_snapshot",
    ...led,
    snapshotId: { offset: 40, epoch: 4 },
    size: 192,
    position: 128,
    bytes: new Uint8Array(64).fill(9),
  }],
];

/** Brings a message over the wire at a version, and back. */
function carried<T>(message: Message<T>, version: number, draft: Draft<T>): T {
  return decode(message, version, encode(message, version, draft));
}

/** Answers as the node does that is asked. */
function peer(answer: RaftResponse, asked: (request: unknown) => void) {
  return <Req, Res>(api: Api<Req, Res>, draft: Draft<Req>): Promise<Res> => {
    const at = api.request.schema.validVersions.highest;
    const request = carried(api.request, at, draft);
    const wire = wires[answer.type as RaftRequest["type"]];
    asked(wire.read(request));
    return Promise.resolve(carried(api.response, at, wire.write(answer, "CONTROLLER")));
  };
}

for (const [index, [request, response]] of CASES.entries()) {
  Deno.test(`${request.type} and its answer come over the wire whole: case ${index}`, async () => {
    let asked: unknown;
    const answer = await exchange(request, identity, peer(response, (at) => asked = at));
    assertEquals(asked, request);
    assertEquals(answer, response);
  });
}

Deno.test("an answer that failed as a whole, or is about something else, is a failure", async () => {
  const [[request]] = CASES as [(typeof CASES)[number]];
  const answering = (response: unknown) => () => Promise.resolve(response as never);
  assertEquals(
    await exchange(request, identity, answering({ errorCode: 104, topics: [], nodeEndpoints: [] })),
    { type: "failure", error: "INCONSISTENT_CLUSTER_ID" },
  );
  assertEquals(
    await exchange(request, identity, answering({ errorCode: 0, topics: [], nodeEndpoints: [] })),
    { type: "failure", error: "INVALID_REQUEST" },
  );
});

Deno.test("every message tells the cluster", async () => {
  const told: unknown[] = [];
  for (const [request, response] of CASES) {
    await exchange(request, identity, (api, draft) => {
      told.push((draft as { clusterId: string }).clusterId);
      return peer(response, () => {})(api, draft);
    });
  }
  assertEquals(new Set(told), new Set([CLUSTER_ID]));
});
