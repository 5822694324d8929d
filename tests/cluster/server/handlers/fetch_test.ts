import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type ErrorName, errorName } from "../../../../client/protocol/error_codes.ts";
import type {
  FetchResponse,
  FetchResponsePartitionData,
} from "../../../../client/protocol/messages/fetch.ts";
import { fetchHandler } from "../../../../cluster/server/handlers/fetch.ts";
import { FetchSessionCache } from "../../../../cluster/server/fetch_session_cache.ts";
import { ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import type { FileSystem } from "../../../../storage/file/file_system.ts";
import { batchesIn } from "../../../../storage/record/memory_records.ts";
import {
  call,
  callLater,
  type Outcome,
  responseOf as errorResponse,
} from "../../../support/handler_call.ts";
import { faultyEnv } from "../../../support/log_manager.ts";
import { batchOf, endMarker } from "../../../support/partition_log.ts";
import {
  assigned,
  BROKER,
  openReplicas,
  type TestReplicasOptions,
  topicIdOf,
} from "../../../support/replicas.ts";

async function open<F extends FileSystem = FileSystem>(options: TestReplicasOptions<F> = {}) {
  const replicas = await openReplicas(options);
  const { env, config, replicaManager } = replicas;
  const sessions = new FetchSessionCache({ env, maxEntries: () => 10 });
  const handler = fetchHandler({ replicaManager, sessions, config });
  const partition = (topic = "t", index = 0) => {
    const found = replicaManager.getPartition(topic, index);
    assert(typeof found === "object");
    return found;
  };
  const append = (values: string[], topic = "t", index = 0) => {
    const { highWatermarkMoved } = partition(topic, index).appendAsLeader(batchOf(values), 1);
    replicaManager.recordsAppended(partition(topic, index), highWatermarkMoved);
  };
  return {
    ...replicas,
    handler,
    sessions,
    partition,
    append,
    [Symbol.asyncDispose]: () => replicas[Symbol.asyncDispose](),
  };
}

interface Ask {
  readonly topic?: string;
  readonly topicId?: string;
  readonly partition?: number;
  readonly fetchOffset?: number;
  readonly partitionMaxBytes?: number;
  readonly currentLeaderEpoch?: number;
  readonly lastFetchedEpoch?: number;
  readonly logStartOffset?: number;
}

function asked(asks: readonly Ask[]) {
  return asks.map(({ topic = "t", topicId = ZERO_UUID, ...rest }) => ({
    topic,
    topicId,
    partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000, ...rest }],
  }));
}

function request(asks: readonly Ask[], rest: Record<string, unknown> = {}) {
  return { maxWaitMs: 0, minBytes: 1, maxBytes: 10_000_000, topics: asked(asks), ...rest };
}

function responseOf(outcome: Outcome<FetchResponse>): FetchResponse {
  assert(typeof outcome === "object", String(outcome));
  return outcome;
}

function partitionsOf(outcome: Outcome<FetchResponse>): FetchResponsePartitionData[] {
  return responseOf(outcome).responses.flatMap(({ partitions }) => partitions);
}

function only(outcome: Outcome<FetchResponse>): FetchResponsePartitionData {
  const partitions = partitionsOf(outcome);
  assertEquals(partitions.length, 1);
  return partitions[0]!;
}

function errorOf(outcome: Outcome<FetchResponse>): ErrorName {
  return errorName(only(outcome).errorCode);
}

function offsetsIn({ records }: FetchResponsePartitionData): number[] {
  return [...batchesIn(records!)].flatMap((batch) =>
    [...batch.records()].map(({ offset }) => offset)
  );
}

Deno.test("every version reads what was appended, with the offsets that it knows of", async () => {
  await using broker = await open();
  broker.append(["a", "b"]);
  for (let version = 4; version <= 18; version++) {
    const byId = version >= 13 ? { topic: "", topicId: topicIdOf("t") } : {};
    const response = responseOf(call(broker.handler, version, request([byId])));
    const answer = only(response);
    assertEquals(offsetsIn(answer), [0, 1]);
    assertEquals([answer.highWatermark, answer.lastStableOffset], [2, 2]);
    assertEquals(answer.logStartOffset, version >= 5 ? 0 : -1);
    assertEquals([answer.preferredReadReplica, answer.abortedTransactions], [-1, null]);
    assertEquals([response.errorCode, response.throttleTimeMs, response.sessionId], [0, 0, 0]);
    assertEquals(response.responses[0]!.topicId, version >= 13 ? topicIdOf("t") : ZERO_UUID);
  }
});

Deno.test("an offset within a batch is answered with the whole batch", async () => {
  await using broker = await open();
  broker.append(["a", "b", "c"]);
  broker.append(["d"]);
  assertEquals(offsetsIn(only(call(broker.handler, 12, request([{ fetchOffset: 1 }])))), [
    0,
    1,
    2,
    3,
  ]);
});

Deno.test("at the end there is nothing, beyond it and below the start the offset is out of range", async () => {
  await using broker = await open();
  broker.append(["a", "b", "c"]);
  broker.log().deleteRecords(2);
  const at = (fetchOffset: number) => only(call(broker.handler, 12, request([{ fetchOffset }])));
  assertEquals([at(3).errorCode, at(3).records!.length, at(3).highWatermark], [0, 0, 3]);
  for (const offset of [0, 1, 4, 100]) {
    const answer = at(offset);
    assertEquals(errorName(answer.errorCode), "OFFSET_OUT_OF_RANGE", `offset ${offset}`);
    assertEquals([answer.highWatermark, answer.logStartOffset, answer.records!.length], [
      -1,
      -1,
      0,
    ]);
  }
});

Deno.test("a consumer sees what is below the high watermark, a follower everything", async () => {
  await using broker = await open({ topics: { t: [assigned({ replicas: [BROKER, 2] })] } });
  broker.append(["a"]);
  const consumer = only(call(broker.handler, 12, request([{}])));
  assertEquals([offsetsIn(consumer), consumer.highWatermark], [[], 0]);
  const follower = only(call(broker.handler, 12, request([{}], { replicaId: 2 })));
  assertEquals(offsetsIn(follower), [0]);
  call(
    broker.handler,
    15,
    request([{ fetchOffset: 1, topic: "", topicId: topicIdOf("t") }], {
      replicaState: { replicaId: 2, replicaEpoch: -1 },
    }),
  );
  assertEquals(broker.log().highWatermark, 1);
  assertEquals(offsetsIn(only(call(broker.handler, 12, request([{}])))), [0]);
});

Deno.test("who is none of the replicas may not fetch as one", async () => {
  await using broker = await open();
  assertEquals(
    errorOf(call(broker.handler, 12, request([{}], { replicaId: 9 }))),
    "NOT_LEADER_OR_FOLLOWER",
  );
  const withEpoch = request([{ currentLeaderEpoch: 0 }], { replicaId: 9 });
  assertEquals(errorOf(call(broker.handler, 12, withEpoch)), "UNKNOWN_LEADER_EPOCH");
});

Deno.test("topics, partitions, ids and leader epochs that are not right have their errors", async () => {
  await using broker = await open({
    topics: { t: [assigned({ leaderEpoch: 5 })], away: [assigned({ replicas: [2], leader: 2 })] },
  });
  const error = (version: number, ask: Ask) =>
    errorOf(call(broker.handler, version, request([ask])));
  assertEquals(error(12, { topic: "none" }), "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals(error(12, { partition: 3 }), "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals(error(13, { topic: "", topicId: topicIdOf("none") }), "UNKNOWN_TOPIC_ID");
  assertEquals(error(13, { topic: "" }), "UNKNOWN_TOPIC_ID");
  assertEquals(error(12, { topic: "away" }), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(error(12, { currentLeaderEpoch: 4 }), "FENCED_LEADER_EPOCH");
  assertEquals(error(12, { currentLeaderEpoch: 6 }), "UNKNOWN_LEADER_EPOCH");
  assertEquals(error(12, { currentLeaderEpoch: 5 }), "NONE");
});

Deno.test("from version 16 on a partition that is led elsewhere names its leader and where to find it", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2], leader: 2, leaderEpoch: 3 })] },
  });
  broker.metadata.brokers.set(2, { nodeId: 2, host: "two", port: 9093, rack: null });
  const ask = { topic: "", topicId: topicIdOf("t"), currentLeaderEpoch: 2 };
  const response = responseOf(call(broker.handler, 16, request([ask])));
  assertEquals(errorOf(response), "FENCED_LEADER_EPOCH");
  assertEquals(only(response).currentLeader.leaderId, 2);
  assertEquals(response.nodeEndpoints.map(({ nodeId, host }) => [nodeId, host]), [[2, "two"]]);
  assertEquals(only(call(broker.handler, 15, request([ask]))).currentLeader.leaderId, -1);
});

Deno.test("a consumer of version 11 may read a follower, an older one may not", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2], leader: 2 })] },
  });
  assertEquals(errorOf(call(broker.handler, 10, request([{}]))), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(errorOf(call(broker.handler, 11, request([{}]))), "NONE");
});

Deno.test("a topic that was made anew under its name is another one", async () => {
  await using broker = await open();
  broker.metadata.set("t", [assigned()], topicIdOf("t", 1));
  const ask = { topic: "", topicId: topicIdOf("t", 1) };
  assertEquals(errorOf(call(broker.handler, 13, request([ask]))), "INCONSISTENT_TOPIC_ID");
});

Deno.test("bytes are bounded per partition and per response, but the first batch comes whole", async () => {
  await using broker = await open({
    topics: { t: [assigned()], u: [assigned()], v: [assigned()] },
  });
  for (const topic of ["t", "u", "v"]) {
    for (let i = 0; i < 3; i++) broker.append(["x".repeat(100)], topic);
  }
  const batch = broker.log().size / 3;
  const all = [{ topic: "t" }, { topic: "u" }, { topic: "v" }];
  const read = (asks: Ask[], rest: Record<string, unknown> = {}) =>
    partitionsOf(call(broker.handler, 12, request(asks, rest))).map((answer) =>
      answer.records!.length
    );
  assertEquals(read(all), [3 * batch, 3 * batch, 3 * batch]);
  assertEquals(
    read([{ partitionMaxBytes: batch + 10 }]),
    [batch + 10],
    "a batch may be cut off at the end",
  );
  assertEquals(read(all, { maxBytes: 1 }), [batch, 0, 0]);
  assertEquals(read([{ partitionMaxBytes: 1 }, { topic: "u", partitionMaxBytes: 1 }]), [batch, 0]);
  assertEquals(read(all, { maxBytes: 4 * batch }), [3 * batch, batch, 0]);
  broker.config.change("fetch.max.bytes", batch);
  assertEquals(read(all), [batch, 0, 0], "the broker's own limit");
  assertEquals(read([{ fetchOffset: 3 }, { topic: "u" }], { maxBytes: 1 }), [0, batch]);
});

Deno.test("a fetch waits for its bytes, is woken by the append, and reads all that is there then", async () => {
  await using broker = await open({ topics: { t: [assigned(), assigned()] } });
  const waiting = callLater(
    broker.handler,
    12,
    request([{}, { partition: 1 }], { maxWaitMs: 500 }),
  );
  assertEquals([broker.replicaManager.delayed.fetch, broker.env.clock.sleeping], [1, 1]);
  broker.append(["a"], "t", 1);
  broker.append(["b"]);
  const answer = partitionsOf(await waiting);
  assertEquals(answer.map(offsetsIn), [[0], [0]]);
  assertEquals(broker.replicaManager.delayed.fetch, 0);
});

Deno.test("a fetch whose time is up has what there is", async () => {
  await using broker = await open();
  broker.append(["a"]);
  const waiting = callLater(
    broker.handler,
    12,
    request([{}], { maxWaitMs: 500, minBytes: 100_000 }),
  );
  broker.append(["b"]);
  await broker.env.clock.advance(499);
  assertEquals(broker.replicaManager.delayed.fetch, 1);
  await broker.env.clock.advance(1);
  assertEquals(offsetsIn(only(await waiting)), [0, 1]);
});

Deno.test("enough bytes over several partitions wake a fetch", async () => {
  await using broker = await open({ topics: { t: [assigned(), assigned()] } });
  broker.append(["x"]);
  const size = broker.log().size;
  const waiting = callLater(
    broker.handler,
    12,
    request([{}, { partition: 1 }], { maxWaitMs: 500, minBytes: 2 * size }),
  );
  broker.append(["x"], "t", 1);
  assertEquals(partitionsOf(await waiting).map(offsetsIn), [[0], [0]]);
});

Deno.test("a fetch that wants no bytes, that may not wait, or that has an error does not wait", async () => {
  await using broker = await open();
  call(broker.handler, 12, request([{}], { maxWaitMs: 500, minBytes: 0 }));
  call(broker.handler, 12, request([{}], { maxWaitMs: 0 }));
  call(broker.handler, 12, request([], { maxWaitMs: 500 }));
  call(broker.handler, 12, request([{ topic: "none" }], { maxWaitMs: 500 }));
  call(broker.handler, 12, request([{}, { fetchOffset: 7 }], { maxWaitMs: 500 }));
  assertEquals(broker.replicaManager.delayed.fetch, 0);
});

Deno.test("a fetch that waits hears of a new leader and of the end of its topic", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2] })], u: [assigned()] },
  });
  const epoch = { currentLeaderEpoch: 0 };
  const moved = callLater(broker.handler, 12, request([epoch], { maxWaitMs: 5000 }));
  broker.metadata.set("t", [
    assigned({ replicas: [BROKER, 2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 }),
  ]);
  broker.apply("t");
  assertEquals(errorOf(await moved), "FENCED_LEADER_EPOCH");

  const deleted = callLater(broker.handler, 12, request([{ topic: "u" }], { maxWaitMs: 5000 }));
  broker.metadata.topics.delete("u");
  broker.replicaManager.applyChanges({
    isWhole: false,
    deleted: [{ name: "u", id: topicIdOf("u") }],
    changed: new Map(),
    configs: new Map(),
  }, broker.metadata);
  assertEquals(errorOf(await deleted), "UNKNOWN_TOPIC_OR_PARTITION");
});

Deno.test("a fetch that waits goes on over a roll of the log", async () => {
  await using broker = await open();
  broker.append(["a"]);
  const waiting = callLater(broker.handler, 12, request([{ fetchOffset: 1 }], { maxWaitMs: 500 }));
  broker.log().roll();
  broker.replicaManager.recordsAppended(broker.partition(), true);
  assertEquals(broker.replicaManager.delayed.fetch, 1);
  broker.append(["b"]);
  assertEquals(offsetsIn(only(await waiting)), [1]);
});

Deno.test("a shutdown answers what waits", async () => {
  const broker = await open();
  const waiting = callLater(broker.handler, 12, request([{}], { maxWaitMs: 60_000 }));
  await broker[Symbol.asyncDispose]();
  const answer = await waiting;
  assert(typeof answer === "object");
});

Deno.test("read_committed ends at the last stable offset, and lists what was aborted", async () => {
  await using broker = await open();
  const log = broker.log();
  const records = (values: string[]) =>
    batchOf(values, { producerId: 7, producerEpoch: 0, baseSequence: 0, isTransactional: true });
  log.appendAsLeader(records(["a", "b"]), 0, { origin: "replication" });
  log.updateHighWatermark(2);
  const committed = { isolationLevel: 1 };
  const open_ = only(call(broker.handler, 12, request([{}], committed)));
  assertEquals([offsetsIn(open_), open_.lastStableOffset, open_.highWatermark], [[], 0, 2]);
  assertEquals(open_.abortedTransactions, []);
  assertEquals(offsetsIn(only(call(broker.handler, 12, request([{}])))), [0, 1]);

  const waiting = callLater(broker.handler, 12, request([{}], { ...committed, maxWaitMs: 500 }));
  log.appendAsLeader(endMarker(7, 0, "ABORT"), 0, { origin: "coordinator", transactionVersion: 0 });
  log.updateHighWatermark(3);
  broker.replicaManager.recordsAppended(broker.partition(), true);
  const aborted = only(await waiting);
  assertEquals([offsetsIn(aborted), aborted.lastStableOffset], [[0, 1, 2], 3]);
  assertEquals(
    aborted.abortedTransactions!.map(({ producerId, firstOffset }) => [producerId, firstOffset]),
    [[7, 0]],
  );
});

Deno.test("a fetcher whose last epoch ends earlier here learns where to cut", async () => {
  await using broker = await open({ topics: { t: [assigned({ leaderEpoch: 2 })] } });
  broker.append(["a", "b", "c"]);
  broker.metadata.set("t", [assigned({ leaderEpoch: 4, partitionEpoch: 1 })]);
  broker.apply("t");
  broker.append(["d"]);
  const ask = (fetchOffset: number, lastFetchedEpoch: number) =>
    only(
      call(broker.handler, 12, request([{ fetchOffset, lastFetchedEpoch }], { maxWaitMs: 500 })),
    );
  const later = ask(5, 2);
  assertEquals([later.divergingEpoch.epoch, later.divergingEpoch.endOffset], [2, 3]);
  assertEquals([later.errorCode, later.records!.length, later.highWatermark], [0, 0, 4]);
  assertEquals(ask(4, 3).divergingEpoch.epoch, 2, "epoch 3 is none of this log's");
  assertEquals(offsetsIn(ask(3, 2)), [3]);
  assertEquals(ask(3, 2).divergingEpoch.epoch, -1);
  assertEquals(errorName(ask(3, 9).errorCode), "OFFSET_OUT_OF_RANGE");
});

Deno.test("sessions: a full fetch, incremental ones that leave out what is not news, a forgotten topic, the end", async () => {
  await using broker = await open({ topics: { t: [assigned()], u: [assigned()] } });
  broker.append(["a"]);
  const both = [{}, { topic: "u" }];
  const first = responseOf(call(broker.handler, 12, request(both, { sessionEpoch: 0 })));
  const { sessionId } = first;
  assertNotEquals(sessionId, 0);
  assertEquals(first.responses.map(({ topic }) => topic), ["t", "u"]);
  const next = (sessionEpoch: number, asks: Ask[], rest: Record<string, unknown> = {}) =>
    responseOf(call(broker.handler, 12, request(asks, { sessionId, sessionEpoch, ...rest })));
  const second = next(1, [{ fetchOffset: 1 }]);
  assertEquals([second.responses, second.sessionId, second.errorCode], [[], sessionId, 0]);
  broker.append(["b"], "u");
  assertEquals(next(2, []).responses.map(({ topic }) => topic), ["u"]);
  assertEquals(errorName(next(2, []).errorCode), "INVALID_FETCH_SESSION_EPOCH");
  const forgotten = { forgottenTopicsData: [{ topic: "u", topicId: ZERO_UUID, partitions: [0] }] };
  assertEquals(next(3, [], forgotten).responses, []);
  assertEquals([broker.sessions.size, broker.sessions.totalPartitions], [1, 1]);
  const last = responseOf(call(broker.handler, 12, request(both, { sessionId, sessionEpoch: -1 })));
  assertEquals([last.sessionId, last.responses.length, broker.sessions.size], [0, 2, 0]);
  assertEquals(errorName(next(4, []).errorCode), "FETCH_SESSION_ID_NOT_FOUND");
});

Deno.test("sessions: an incremental fetch waits, and its answer names the partition that was woken alone", async () => {
  await using broker = await open({ topics: { t: [assigned()], u: [assigned()] } });
  const byId = (topic: string) => ({ topic: "", topicId: topicIdOf(topic) });
  const { sessionId } = responseOf(
    call(broker.handler, 13, request([byId("t"), byId("u")], { sessionEpoch: 0 })),
  );
  const waiting = callLater(
    broker.handler,
    13,
    request([], { sessionId, sessionEpoch: 1, maxWaitMs: 500 }),
  );
  broker.append(["x"], "u");
  const { responses } = responseOf(await waiting);
  assertEquals(responses.map(({ topicId }) => topicId), [topicIdOf("u")]);
});

Deno.test("partitions of a topic share an entry where they follow each other, and keep their order", async () => {
  await using broker = await open({ topics: { t: [assigned(), assigned()], u: [assigned()] } });
  const response = responseOf(
    call(broker.handler, 12, request([{ partition: 1 }, {}, { topic: "u" }, { partition: 9 }])),
  );
  assertEquals(
    response.responses.map(({ topic, partitions }) => [
      topic,
      partitions.map(({ partitionIndex }) => partitionIndex),
    ]),
    [["t", [1, 0]], ["u", [0]], ["t", [9]]],
  );
});

Deno.test("a directory that has failed is a storage error, which old clients know as another leader", async () => {
  const env = faultyEnv();
  await using broker = await open({ env, logDirs: ["/disk1", "/disk2"] });
  const directory = broker.log().directory.slice(0, 6);
  env.fileSystem.inject({ code: "EIO", kinds: ["write"], path: /\.log$/ });
  const failed = callLater(broker.handler, 12, request([{}], { maxWaitMs: 500 }));
  try {
    broker.append(["a"]);
  } catch { /* The producer has its own error. */ }
  assertEquals(errorOf(await failed), "KAFKA_STORAGE_ERROR");
  assertEquals(broker.logManager.offlineLogDirs, [directory]);
  assertEquals(errorOf(call(broker.handler, 5, request([{}]))), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(errorOf(call(broker.handler, 6, request([{}]))), "KAFKA_STORAGE_ERROR");
});

Deno.test("damage that a topic has looked for is the error of its partition alone", async () => {
  const env = faultyEnv();
  await using broker = await open({
    env,
    topics: { t: [assigned()], u: [assigned()] },
    topicConfigs: { t: { "seglog.verify.on.read": "true" } },
  });
  broker.append(["abc"]);
  broker.append(["abc"], "u");
  env.fileSystem.flipBit(/t-0\/0+\.log$/, 70, 1);
  const answer = partitionsOf(call(broker.handler, 12, request([{}, { topic: "u" }])));
  assertEquals(answer.map(({ errorCode }) => errorName(errorCode)), ["CORRUPT_MESSAGE", "NONE"]);
});

Deno.test("a request that fails as a whole has the error in each partition, but where topics have ids", async () => {
  await using broker = await open();
  const byName = errorResponse(
    broker.handler.onError(request([{}]) as never, "KAFKA_STORAGE_ERROR"),
  );
  assertEquals([byName.errorCode, byName.responses!.length], [56, 1]);
  const byId = errorResponse(broker.handler.onError(
    request([{ topicId: topicIdOf("t") }]) as never,
    "KAFKA_STORAGE_ERROR",
  ));
  assertEquals([byId.errorCode, byId.responses!.length], [56, 0]);
});

const RACK_AWARE = {
  "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
};

Deno.test("a consumer is sent to a follower in its rack, if its version knows of that", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2] })] },
    configs: RACK_AWARE,
  });
  const { metadata, handler, append } = broker;
  metadata.brokers.set(2, { nodeId: 2, host: "h", port: 1, rack: "b" });
  append(["a"]);
  call(handler, 17, {
    ...request([{ topicId: topicIdOf("t"), fetchOffset: 1, logStartOffset: 0 }]),
    replicaState: { replicaId: 2, replicaEpoch: -1 },
  });
  const ask = (version: number, rackId: string) => {
    const outcome = call(handler, version, { ...request([{}]), rackId });
    const [{ preferredReadReplica, records, highWatermark }] = partitionsOf(outcome) as [
      FetchResponsePartitionData,
    ];
    return [preferredReadReplica, (records?.length ?? 0) > 0, highWatermark];
  };
  assertEquals([ask(12, "b"), ask(12, "c"), ask(12, "")], [
    [2, false, 1],
    [-1, true, 1],
    [-1, true, 1],
  ]);
  assertEquals(ask(10, ""), [-1, true, 1]);
});

Deno.test("a follower serves consumers what is committed, as far as it knows", async () => {
  await using broker = await open({
    topics: { t: [assigned({ replicas: [BROKER, 2], leader: 2 })] },
  });
  const { handler, log } = broker;
  log().appendAsFollower(batchOf(["a"], { baseOffset: 0, partitionLeaderEpoch: 0 }), 0);
  log().appendAsFollower(batchOf(["b"], { baseOffset: 1, partitionLeaderEpoch: 0 }), 0);
  log().maybeUpdateHighWatermark(1);
  const ask = (version: number) => {
    const [{ errorCode, records, highWatermark }] = partitionsOf(
      call(handler, version, request([{}])),
    ) as [FetchResponsePartitionData];
    return [
      errorName(errorCode),
      [...batchesIn(records ?? new Uint8Array(0))].map(({ lastOffset }) => lastOffset),
      highWatermark,
    ];
  };
  assertEquals(ask(12), ["NONE", [0], 1]);
  assertEquals(ask(10), ["NOT_LEADER_OR_FOLLOWER", [], -1]);
});
