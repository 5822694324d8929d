import { assert, assertEquals } from "@std/assert";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import type { FetchResponsePartitionData } from "../../../client/protocol/messages/fetch.ts";
import { ReplicaFetcher } from "../../../cluster/replication/replica_fetcher.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, contentOf, openLog, truncationOf } from "../../support/partition_log.ts";
import { NO_QUOTA, topicIdOf } from "../../support/replicas.ts";
import { fetchedData, ScriptedLeader } from "../../support/scripted_leader.ts";

const P = { topic: "events", partition: 0 };
const INITIAL = { topicId: topicIdOf("events"), currentLeaderEpoch: 4 };

function open() {
  const env = manualEnv();
  const log = openLog(env);
  const leader = new ScriptedLeader();
  const fetcher = new ReplicaFetcher({
    ...{ env, leader, replicaId: 2 },
    brokerEpoch: () => 20,
    config: () => ({
      ...{ maxWaitMs: 500, minBytes: 3, maxBytes: 1000, partitionMaxBytes: 100 },
      backoffMs: 1000,
    }),
    logManager: truncationOf(log),
    followedLog: () => log,
    quota: NO_QUOTA,
    onMoved: () => {},
  });
  return { env, log, leader, fetcher };
}

function response(sessionId: number, ...partitions: FetchResponsePartitionData[]) {
  const responses = partitions.length === 0
    ? []
    : [{ topic: "", topicId: INITIAL.topicId, partitions }];
  return { throttleTimeMs: 0, errorCode: 0, sessionId, responses };
}

/** Answers in turn, and never after the last. */
function inTurn(leader: ScriptedLeader, ...answers: (() => ReturnType<typeof response>)[]): void {
  leader.answer = () => answers.shift()?.() ?? new Promise(() => {});
}

Deno.test("a fetch tells who asks, and what is wanted of each partition", async () => {
  const { env, leader, fetcher } = open();
  fetcher.add(P, INITIAL);
  await env.clock.advance(0);
  assertEquals(leader.requests, [{
    replicaState: { replicaId: 2, replicaEpoch: 20 },
    ...{ maxWaitMs: 500, minBytes: 3, maxBytes: 1000, sessionId: 0, sessionEpoch: 0 },
    topics: [{
      topic: "events",
      topicId: INITIAL.topicId,
      partitions: [{
        partition: 0,
        currentLeaderEpoch: 4,
        fetchOffset: 0,
        lastFetchedEpoch: -1,
        logStartOffset: 0,
        partitionMaxBytes: 100,
      }],
    }],
    forgottenTopicsData: [],
  }]);
  assertEquals(fetcher.size, 1);
  await fetcher.shutdown();
  assert(leader.isClosed);
});

Deno.test("in a session only what has changed is asked for", async () => {
  const { env, log, leader, fetcher } = open();
  const records = batchOf(["a"], { baseOffset: 0, partitionLeaderEpoch: 4 });
  inTurn(
    leader,
    () => response(7, fetchedData({ records })),
    () => response(7),
  );
  fetcher.add(P, INITIAL);
  await env.clock.advance(0);
  assertEquals(contentOf(log), ["0=a"]);
  assertEquals(
    leader.requests.map(({ sessionId, sessionEpoch, topics }) => [
      sessionId,
      sessionEpoch,
      topics!.map(({ partitions }) => partitions![0]!.fetchOffset),
    ]),
    [[0, 0, [0]], [7, 1, [1]], [7, 2, []]],
  );
  assertEquals(fetcher.state(P)?.fetchOffset, 1);
  await fetcher.shutdown();
});

Deno.test("a session that the leader has forgotten begins anew at once, other errors wait", async () => {
  const { env, leader, fetcher } = open();
  const refused = (name: "FETCH_SESSION_ID_NOT_FOUND" | "UNKNOWN_SERVER_ERROR") => () => ({
    ...response(0),
    errorCode: errorCode(name),
  });
  inTurn(
    leader,
    () => response(7, fetchedData()),
    refused("FETCH_SESSION_ID_NOT_FOUND"),
    refused("UNKNOWN_SERVER_ERROR"),
  );
  fetcher.add(P, INITIAL);
  await env.clock.advance(0);
  assertEquals(leader.requests.map(({ sessionEpoch }) => sessionEpoch), [0, 1, 0]);
  await env.clock.advance(999);
  assertEquals(leader.requests.length, 3);
  await env.clock.advance(1);
  assertEquals(leader.requests.length, 4);
  await fetcher.shutdown();
});

Deno.test("after a fetch that got no answer a session begins anew", async () => {
  const { env, leader, fetcher } = open();
  inTurn(leader, () => response(7, fetchedData()), () => {
    throw new Error("lost");
  });
  fetcher.add(P, INITIAL);
  await env.clock.advance(1000);
  assertEquals(
    leader.requests.map(({ sessionId, sessionEpoch }) => [sessionId, sessionEpoch]),
    [[0, 0], [7, 1], [7, 0]],
  );
  await fetcher.shutdown();
});

Deno.test("a leader that cannot be reached is asked again after a while", async () => {
  const { env, leader, fetcher } = open();
  leader.answer = () => Promise.reject(new Error("gone"));
  fetcher.add(P, INITIAL);
  await env.clock.advance(2500);
  assertEquals(leader.requests.length, 3);
  assertEquals(env.logger.matching("Failed to fetch from a leader", "warn").length, 3);
  await fetcher.shutdown();
});

Deno.test("an offset out of range is set anew before the next fetch", async () => {
  const { env, log, leader, fetcher } = open();
  inTurn(leader, () => response(0, fetchedData({ error: "OFFSET_OUT_OF_RANGE" })));
  leader.offset = (which) => which === "latest" ? 9 : 5;
  fetcher.add(P, INITIAL);
  await env.clock.advance(0);
  assertEquals(log.logStartOffset, 5);
  const [, { topics }] = leader.requests as [unknown, (typeof leader.requests)[0]];
  assertEquals(topics![0]!.partitions![0]!.fetchOffset, 5);
  await fetcher.shutdown();
});

Deno.test("a partition that comes while nothing is due is fetched at once, and one that goes is forgotten", async () => {
  const { env, leader, fetcher } = open();
  inTurn(leader, () => response(7, fetchedData({ error: "NOT_LEADER_OR_FOLLOWER" })));
  fetcher.add(P, INITIAL);
  await env.clock.advance(0);
  assertEquals(leader.requests.length, 1);
  fetcher.remove(P);
  fetcher.add({ topic: "events", partition: 1 }, INITIAL);
  await env.clock.advance(0);
  const [, { topics, forgottenTopicsData }] = leader.requests as [
    unknown,
    (typeof leader.requests)[0],
  ];
  assertEquals(topics![0]!.partitions!.map(({ partition }) => partition), [1]);
  assertEquals(forgottenTopicsData![0]!.partitions, [0]);
  await fetcher.shutdown();
});

Deno.test("after the shutdown nothing is appended, and nobody waits", async () => {
  const { env, log, leader, fetcher } = open();
  const held = Promise.withResolvers<ReturnType<typeof response>>();
  leader.answer = () => held.promise;
  fetcher.add(P, INITIAL);
  await env.clock.advance(0);
  await fetcher.shutdown();
  held.resolve(response(0, fetchedData({ records: batchOf(["a"], { baseOffset: 0 }) })));
  await env.clock.advance(5000);
  assertEquals([log.logEndOffset, env.clock.sleeping, leader.requests.length], [0, 0, 1]);
});
